// The page's scripts: each makes quicker what works without it. Nothing here holds a truth: it asks the node.
import { start as go } from "./go.js";
import { start as keys } from "./keys.js";
import { start as live } from "./live.js";
import { start as write } from "./write.js";
import { start as find } from "./find.js";

go(); keys(); live(); write(); find();
