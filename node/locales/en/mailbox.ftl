# What the verbs of a mailbox say.

mailbox-made = The mailbox is made. Start it with `cremona mailbox up`, then paste this string to a member, once:
mailbox-up = Mailbox { $mailbox } is up. Members reach it at
mailbox-waits = It waits to be paired. On a member's machine, once:
mailbox-serves = It serves its workspace. Stop it with Ctrl-C.
mailbox-paired = Mailbox { $mailbox } is paired: nodes of all members dial it from now on, and `cremona key` names it at { $addresses }.
mailbox-of = Mailbox { $mailbox } serves workspace { $workspace }
mailbox-of-none = Mailbox { $mailbox } waits to be paired
mailbox-holds = { $envelopes } and { $bodies } of { $devices }, { $megabytes } MB
mailbox-root = root { $root }
