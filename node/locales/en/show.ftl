# Answers. Names of columns are short and in small letters.

## Times

time-now = just now
time-minutes-ago =
    { $count ->
        [one] { $count } minute ago
       *[other] { $count } minutes ago
    }
time-hours-ago =
    { $count ->
        [one] { $count } hour ago
       *[other] { $count } hours ago
    }
time-today = today { $clock }
time-yesterday = yesterday { $clock }
time-tomorrow = tomorrow { $clock }
time-day = { $day } { $clock }
span-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
span-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
span-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
span-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
never = never

## Of CLDR 48 for en-GB: names of months and, from Monday, of weekdays; patterns; the sign between thousands

months = Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec
weekdays = Mon Tue Wed Thu Fri Sat Sun
date-day = { $day } { $month }
date-year = { $day } { $month } { $year }
clock-minute = { $hour }:{ $minute }
clock-second = { $hour }:{ $minute }:{ $second }
number-part = ,

## Columns

column-draft = draft
column-for = for
column-in = in
column-saved = saved
column-setting = setting
column-value = value
column-address = address and reason
column-by = by
column-channel = channel
column-devices = devices
column-id = id
column-joined = joined
column-last = last
column-last-heard = last heard
column-member = member
column-message = message
column-messages = messages
column-name = name
column-not-here = of theirs not here
column-not-there = of yours not there
column-purpose = purpose
column-replies = replies
column-state = state
column-teammate = teammate
column-text = text
column-thread = thread
column-threads = threads
column-title = title
column-to-receive = to receive
column-to-send = to send
column-told = told
column-when = when
column-who = who

## Beginning

init-done = The workspace is founded. Paste this key to your teammates; whoever has it can join and read:
init-next = Start your node with `cremona up`; `cremona key` then prints the key with your address.
join-done = Ready to join workspace { $workspace }. Start your node with `cremona up`: as soon as it meets a teammate, everything written so far arrives.
up-ready = Node { $node } is up. Teammates reach it at
up-stop = Stop it with Ctrl-C.

## Channels, threads, messages

archived = archived
you = you
channels-none = No channels yet. `cremona channel create NAME` makes one.
threads-none = No threads here yet. `cremona post CHANNEL -m TEXT` starts one.
messages-none = Nothing here yet. `cremona post CHANNEL -m TEXT` starts a thread.
messages-earlier = Earlier messages with --before { $cursor }
more = More with --before { $cursor }
posted = Posted { $message } in thread { $thread }. It goes out as soon as a teammate's node is met.
drafts-none = No drafts.
draft-thread = thread
draft-reply = reply
draft-edit = edit
version-missing = (not here)
deleted-title = (deleted)
message-deleted = Deleted. Every device is asked to erase it.
message-missing = The text has not arrived yet.
mark-edited = edited
mark-early = early
mark-wrong-clock = wrong clock
mark-imported = imported by { $by }
hits-none = Nothing found. Fewer words, or begin* for words that begin so, find more.
hits-total =
    { $count ->
        [one] { $count } message found
       *[other] { $count } messages found
    }
hits-at-least =
    { $count ->
        [one] at least { $count } message found
       *[other] at least { $count } messages found
    }

## Others

peers-none = No peers known. Give a teammate's address with `cremona up --dial HOST:PORT`.
peer-in-sync = in sync
peer-connected = connected
peer-dialling = dialling
peer-waiting = waiting
peer-dropped = dropped
peer-dialled = dialled
peer-accepted = accepted
peer-dropped-once = it was dropped once: { $reason }

hold-untold = No teammate has told yet what there is.
hold-one = You hold all that { $name } is known to hold.
hold-all = You hold all that your { $all } teammates are known to hold.
hold-some = You hold all that { $told } of your { $all } teammates are known to hold.
missing-of =
    { $count ->
        [one] { $count } entry that { $name } wrote is
       *[other] { $count } entries that { $name } wrote are
    }
missing-of-stranger =
    { $count ->
        [one] { $count } entry of someone you have not met is
       *[other] { $count } entries of someone you have not met are
    }
missing-some =
    { $count ->
        [one] { $count } entry is
       *[other] { $count } entries are
    }
missing = { $entries } not here yet.
missing-known = { $entries } not here yet, according to { $names }.
missing-more = Of { $count } more logs something is not here yet.
holds-whole =
    { $count ->
        [one] { $names } holds everything you wrote
       *[other] { $names } hold everything you wrote
    }
holds-not = { $name } lacks { $count } of yours
holds-unknown = of { $names } it is not known
holds-unknown-all = Of { $names } it is not known what they hold of yours.
names-one = { $name }
names-and = { $first } and { $last }
names-many = { $count } teammates
sentence = { $text }.

## Counts

counted-messages =
    { $messages ->
        [one] { $messages } message
       *[other] { $messages } messages
    } in { $threads ->
        [one] { $threads } thread
       *[other] { $threads } threads
    } and { $channels ->
        [one] { $channels } channel
       *[other] { $channels } channels
    }
counted-members =
    { $members ->
        [one] { $members } member
       *[other] { $members } members
    }
counted-envelopes =
    { $envelopes ->
        [one] { $envelopes } envelope
       *[other] { $envelopes } envelopes
    }
counted-bodies =
    { $bodies ->
        [one] { $bodies } body
       *[other] { $bodies } bodies
    }
counted-devices =
    { $devices ->
        [one] { $devices } device
       *[other] { $devices } devices
    }
counted-lives =
    { $lives ->
        [one] { $lives } life
       *[other] { $lives } lives
    }
status-running =
    { $name } in workspace { $workspace }, the node is running, { $peers ->
        [one] { $peers } peer
       *[other] { $peers } peers
    } connected
status-stopped = { $name } in workspace { $workspace }, the node is stopped
status-talk = { $talk }, { $members }
status-store = { $envelopes }, { $text } of text, { $disk } on disk, { $lives } of this device's log
status-listens = listens on { $address }
verify-hashes =
    root   { $root }
    state  { $state }
verify-counted = { $envelopes }, { $talk }, { $members }
checked =
    { $count } checked, { $problems ->
        [one] { $problems } problem
       *[other] { $problems } problems
    }
checked-repaired =
    { $count } checked, rebuilt what is derived, { $problems ->
        [one] { $problems } problem
       *[other] { $problems } problems
    }

## Import

import-done =
    { $parsed ->
        [one] { $parsed } message
       *[other] { $parsed } messages
    }: { $added } added, { $already } there already
import-would =
    { $parsed ->
        [one] { $parsed } message
       *[other] { $parsed } messages
    }: { $added } would be added, { $already } there already
import-skipped = { $count } skipped: { $reason }
