# What can't be done and why, and as the hint what to do next.

## Text, keys, files

no-text = there is no text
    .hint = give it with -m TEXT, -F FILE, or - for standard input
input-read = can't read { $name }: { $error }
input-long = { $name } holds more than { $limit } bytes
    .hint = a message has at most 65,536
input-latin = { $name } is not UTF-8 text (byte { $at })
    .hint = save it as UTF-8
editor-ended = { $editor } ended with { $status }
    .hint = set EDITOR, or give the text with -m TEXT
editor-failed = can't start { $editor }: { $error }
    .hint = { editor-ended.hint }

io-read = can't read { $path }: { $error }
io-write = can't write { $path }: { $error }
io-make = can't make { $path }: { $error }
io-remove = can't remove { $path }: { $error }
io-clear = can't clear { $path }: { $error }
io-open = can't open { $path }: { $error }
io-lock = can't lock { $path }: { $error }
io-find = can't find { $path }: { $error }
io-look-at = can't look at { $path }: { $error }
io-replace = can't replace { $path }: { $error }
io-listen-on = can't listen on { $path }: { $error }
io-protect = can't protect { $path }: { $error }
io-read-the-guard = can't read the guard { $path }: { $error }
io-write-the-guard = can't write the guard { $path }: { $error }
output-failed = can't write the output: { $error }
no-randomness = no randomness from the system: { $error }

## The data directory

workspace-name = "{ $name }" can't name a workspace on this machine
    .hint = use letters, digits, - and _, or give a directory with --data
no-home = there is no home directory
    .hint = give a data directory with --data, or set HOME
no-guard-place = there is no place for the guard: neither XDG_STATE_HOME nor HOME is set
    .hint = set HOME, or XDG_STATE_HOME to a directory of yours
holds-workspace = { $path } already holds a workspace
    .hint = choose another directory with --data or another name with -w
not-empty = { $path } is not empty: it holds { $name }
    .hint = choose a new or empty directory with --data
not-directory = { $path } is not a directory
    .hint = choose a directory with --data
no-workspace = there is no workspace at { $path }
    .hint = found one with `cremona init`, or join one with `cremona join KEY`
half-no-node = { $path } has a store but no { $name }: half of a data directory
    .hint = restore the whole directory from a backup, or run `init` or `join` again if that was interrupted
half-no-store = { $path } has an identity but no { $name }: half of a data directory
    .hint = restore the whole directory from a backup, or move it away and join again with the workspace key
no-data-directory = { $path } is not a data directory of cremona
    .hint = choose another with --data, or make one with `cremona init` or `cremona join KEY`
file-damaged = { $path } is damaged
    .hint = restore the directory from a backup, or join again in a new one
file-newer = { $path } has version { $version }, this cremona knows { $known }
    .hint = install a newer cremona; nothing was changed
keys-damaged = the device's keys are damaged
    .hint = restore node.json from a backup
cant-open = can't open { $path }: { $error }
    .hint = run `cremona fsck`, or restore the directory from a backup; teammates hold everything that was sent
cant-open-newer = can't open { $path }: { $error }
    .hint = install a newer cremona; nothing was changed
in-use = { $path } is in use by process { $pid }
    .hint = stop that process first, or use another directory with --data
in-use-unknown = { $path } is in use by another process
    .hint = { in-use.hint }
unguarded = written, but the guard outside the data directory could not be, so it is not sent yet
    .hint = make the guard's directory writable and start the node again

## The node and its socket

not-running = no node is running for this directory
    .hint = start it with `cremona up`
node-stopped = the node has stopped
    .hint = start it with `cremona up`; `cremona watch` then goes on from there
node-stopped-at = the node has stopped
    .hint = start it with `cremona up`; `cremona watch --since { $cursor }` then goes on where this ended
surprised = the node answered something else than was asked
    .hint = is it of another version?
no-answer = the node does not answer: { $error }
    .hint = it may be starting or stopping; try again
broken = the connection to the node broke: { $error }
    .hint = ask again; what it acknowledged is kept
broken-stopped = the connection to the node broke: it stopped
    .hint = { broken.hint }
broken-answer = the connection to the node broke: its answer can't be read; is it of another version?
    .hint = { broken.hint }
broken-cut = the connection to the node broke: its answer was cut off
    .hint = { broken.hint }
too-much-at-once = { $bytes } bytes are too many to hand to the node at once; the limit is { $limit }
    .hint = stop the node to do this without it
too-many-askers = { $count } programs are asking this node already
    .hint = close some, for instance `cremona watch`, or try later
question-long = the question is too long
    .hint = command and node may be of different versions: stop the node and start it again
question-odd = the node does not understand the question
    .hint = { question-long.hint }
answer-long = the answer has { $bytes } bytes, over the limit of { $limit }
    .hint = ask for fewer rows with --limit
socket-place = { $path } is not this user's own, so the node can't listen there
    .hint = remove it, or use a data directory with a shorter path
cant-start = can't start: { $error }
no-page = the node runs without a page
    .hint = start it without --no-http
no-browser = can't start { $program }: { $error }
    .hint = open the link of `cremona page` in a browser yourself
server-stopped = the node can't be asked any more
    .hint = start the node again
no-signals = can't listen for signals: { $error }
store-in-memory = the store is not on disk
reader-failed = a reader failed: { $error }
stopping = the node is stopping
    .hint = ask again once it is up
network-stopped = the network stopped
    .hint = start the node again
cant-listen = { $error }
    .hint = choose another address with --listen HOST:PORT; port 0 takes any free one

## Page and API

http-no-address = "{ $address }" is not an address of this machine
    .hint = give 127.0.0.1:PORT; port 0 takes any free one
http-not-loopback = page and API answer on this machine only, and { $address } can be reached from others
    .hint = give 127.0.0.1:PORT; to use the node from elsewhere, forward that port with ssh
http-cant-listen = can't listen on { $address }: { $error }
    .hint = choose another address with --http HOST:PORT; port 0 takes any free one
access-damaged = { $path } is damaged
    .hint = remove it; links and tokens made before then no longer work
token-name = that can't name a token
    .hint = give a name of 1 to 100 letters
token-taken = there is a token "{ $name }" already
    .hint = choose another name, or take that one back with `cremona token revoke`
tokens-full = there are { $count } tokens already
    .hint = take one back with `cremona token revoke`
no-token = there is no token "{ $name }"
    .hint = `cremona token list` lists them
http-nobody = this node does not know you
    .hint = open the page with the link that `cremona page` prints; programs send a token of `cremona token create`
first-link-used = this page opens only by the link that the node printed when it was started, and once
    .hint = stop the node with Ctrl-C and start it again for another link
first-other-host = the request names another host than this node
    .hint = use the link that the node printed when it was started
first-nothing-there = there is nothing at this path before there is a workspace
    .hint = go to / and create one, or join one by its key
http-link-used = this link does not work any more: it works once, within ten minutes
    .hint = make another with `cremona page`
http-other-host = the request names another host than this node
    .hint = use the address that `cremona page` prints
http-other-origin = the request comes from another site
    .hint = open the page itself and do it there
http-odd-header = the header { $name } is there twice or is no text
    .hint = send it once
http-odd-target = the request names no path
    .hint = ask for a path such as /api/v1/channels
http-length-required = a body needs a Content-Length; it can't come in chunks
    .hint = send Content-Length instead of Transfer-Encoding
http-no-method = that can't be done with this path
    .hint = /api/v1/openapi.json lists what can
http-nothing-there = there is nothing at this path
    .hint = the page begins at /, the API is described at /api/v1/openapi.json
http-body-long = the body is over the limit of { $limit } bytes
    .hint = send less at once
http-body-slow = the body did not come in time
    .hint = try again
too-many-streams = { $count } programs follow changes already
    .hint = close one, or ask /api/v1/changes from time to time
http-too-often = too many requests at once
    .hint = wait a little

## Requests

field-unknown = there is no field "{ $name }" here
    .hint = /api/v1/openapi.json lists those that there are
field-missing = the field "{ $name }" is missing
    .hint = /api/v1/openapi.json lists those that there have to be
field-wrong = the field "{ $name }" has to be { $kind }
    .hint = /api/v1/openapi.json says what each field is
field-range = the field "{ $name }" has to be from { $least } to { $most }
    .hint = give a number between them
field-twice = the field "{ $name }" is there twice
    .hint = give it once
field-not-text = "{ $text }" is not UTF-8 text
    .hint = write it in UTF-8, then with percent signs
field-text = text
field-boolean = true or false
field-number = a whole number
field-list = a list
field-object = an object
body-not-json = the body is not said to be JSON
    .hint = send it with Content-Type: application/json
body-no-object = the body is no JSON object
    .hint = /api/v1/openapi.json says what it has to be
body-broken = the body is no JSON from line { $line }, column { $column } on
    .hint = mend it there: strings and names in double quotes, no comma before a bracket that closes
body-odd = what is asked makes no sense together
    .hint = /api/v1/openapi.json says what it has to be
body-of-get = a question has no body
    .hint = put what you ask into the query
query-odd = what follows the ? in the address can't be read
    .hint = leave it out, or give each name once, with a value that fits
path-odd = a part of the path can't be read
    .hint = write it in UTF-8, then with percent signs
form-odd = the form can't be read
    .hint = go back, load the page again and send it from there
form-no-form = what was sent is not said to be a form
    .hint = send it from the page, or with Content-Type: application/x-www-form-urlencoded
key-odd = an idempotency key has 1 to { $limit } letters
    .hint = a random UUID will do
token-lacks = this token does not allow { $scope }
    .hint = make one that does with `cremona token create --scope { $scope }`

## What was asked

draft-place = it is not said what the draft is for
    .hint = give --channel, --thread or --message
not-on-hold = { $why }; the text is kept as a draft
    .hint = `cremona draft hold { $draft } --at MOMENT` tries again
no-verb = there is no verb "{ $verb }"
    .hint = `cremona help` lists them
asks-nothing = that verb asks nothing
json-failed = can't write JSON: { $error }
key-not-drawn = can't draw the key: { $error }
    .hint = print it without --qr
checked-wrong =
    { $count ->
        [one] one problem
       *[other] { $count } problems
    }
    .hint = `cremona fsck --repair` rebuilds what is derived
checked-still-wrong = { checked-wrong }
    .hint = restore the directory from a backup, or join again
one-wrong = one thing is wrong
things-wrong = { $count } things are wrong
    .hint = start with the first
clock-unreadable = the clock in { $path } can't be read: { $error }
    .hint = CREMONA_CLOCK is for tests: write a moment such as 2026-10-26T09:00:00Z there, or unset it

## Mailboxes

no-mailbox = there is no mailbox at { $path }
    .hint = make one with `cremona mailbox init DIR`
mailbox-damaged = { $name } is damaged
    .hint = make another mailbox with `cremona mailbox init` and pair it; members fill it again
mailbox-not-empty = { $path } is not empty: it holds { $name }
    .hint = choose a new or empty directory; a mailbox that was made before is run with `cremona mailbox up`
mailbox-address = { $error }
    .hint = give addresses as --at HOST:PORT
mailbox-network-stopped = the network stopped
    .hint = start the mailbox again
cant-open-shelf = can't open { $path }: { $error }
    .hint = move that file away and start again; members fill it again
pair-no-address = the pairing string names no address of the mailbox
    .hint = give one with --dial HOST:PORT
pair-too-early = this node has not met a teammate yet, so it can't tell anyone of a mailbox
    .hint = pair it from a teammate's node, or once you have met one
cant-pair = the mailbox can't be paired: { $error }
    .hint = is it up, and is this its latest string? A mailbox of another workspace has to be made anew
pair-other-mailbox = { $address }: another mailbox answers there
pair-refused = { $address }: { $error }
pair-no-answer = no answer within { $seconds } s

# A failure of a newer node.
told = { $message }
    .hint = { $next }

output-unread = nobody reads the output any more
progress-import = Importing

no-export = { $path } is not a Slack export: it has no channels.json with folders of days
    .hint = give the ZIP file as Slack made it
no-zip = { $path } is not a ZIP file that can be read: { $error }
    .hint = { no-export.hint }
archive-refused = the archive is refused: { $why }
    .hint = export again; nothing of it was imported beyond this point
zip-entries = it has { $count } entries, more than { $limit }
zip-name = a name in it is no text
zip-leads-out = the name { $name } leads out of it
zip-long = { $name } is longer than { $limit } bytes
zip-unpacks = { $name } unpacks to more than { $limit } bytes
export-part = { $name } of the export can't be read
    .hint = export again, or unpack and repair it
