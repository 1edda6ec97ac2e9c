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
column-sent = to be sent
column-setting = setting
column-value = value
column-created = made
column-ends = ends
column-scopes = allows
column-address = address and reason
column-answers = answers
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
up-page = Open its page with this link; it works once, within ten minutes (`cremona page` makes another):
up-stop = Stop it with Ctrl-C.

## Channels, threads, messages

archived = archived
you = you
channels-none = No channels yet. `cremona channel create NAME` makes one.
threads-none = No threads here yet. `cremona post CHANNEL -m TEXT` starts one.
messages-none = Nothing here yet. `cremona post CHANNEL -m TEXT` starts a thread.
messages-earlier = Earlier messages with --before { $cursor }
more = More with --before { $cursor }
channel-answers = Answers here: { $expectation }
posted = Posted { $message } in thread { $thread }. It goes out as soon as a teammate's node is met.
drafts-none = No drafts.
on-hold = On hold: on this node alone, which sends it then:
on-hold-late = What is late can’t be sent, as in a channel that is archived; it is tried every minute.
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

## The inbox

inbox-empty = Nothing needs you.
inbox-count =
    { $count ->
        [one] { $count } thread needs you
       *[other] { $count } threads need you
    }
inbox-overdue = { $count } overdue
inbox-today = { $count } today
inbox-can-wait = { $count } can wait
inbox-expired =
    { $count ->
        [one] { $count } green flag expired unread: `cremona inbox --expired`.
       *[other] { $count } green flags expired unread: `cremona inbox --expired`.
    }
inbox-all = That is all.
inbox-new = { $count } new
inbox-from = from { $name }
inbox-last = { $name } { $when }
more-after = More with --after { $cursor }
arrived-late = arrived late
resolved = resolved
flag-red = Today
flag-yellow = 48 h
flag-green = FYI
overdue = overdue { $span }
due-by = by { $when }
short-minutes = { $minutes } min
short-hours = { $hours } h { $minutes } min
short-days = { $days } d { $hours } h
why-here = Why this is here:
because-flagged = { $name } flagged it for you: { $flag }
because-flagged-due = { $name } flagged it for you: { $flag }, by { $when }
because-stands-in = { $name } flagged it: { $flag }; { $away } is away and you stand in
because-called =
    { $count ->
        [one] { $count } unread message calls you
       *[other] { $count } unread messages call you
    }
because-replies =
    { $count ->
        [one] { $count } unread reply in a thread of yours
       *[other] { $count } unread replies in a thread of yours
    }
because-acknowledge = message { $message } asks you to acknowledge it
because-later = you put it off until { $when }
not-later = Not in the inbox: you put it off until { $when }.
not-expired = Not in the inbox: its green flag expired { $when }.
not-done = Not in the inbox: you were done with it { $when }.
not-muted = Not in the inbox: you muted it.
not-resolved = Not in the inbox: it is resolved.
not-read = Not in the inbox: you have read all of it.
not-no-part = Not in the inbox: nothing in it is for you, and you don't follow it.
rule-follow = You follow it.
rule-mute = You muted it.
rule-replies = Of it only replies where you wrote come up.
rule-mentions = Of it only what mentions you comes up.

## What is said about a message

message-announcement = Announcement
message-embargo = Shown from { $when }; nodes may already hold it.
acknowledged-none = Please acknowledge: nobody has yet.
acknowledged-by = Please acknowledge; done by { $names }.
acknowledged-not = Not yet by { $names }.
resolved-by = Resolved by { $name }.
mark-pinned = pinned
everyone = everyone
flagged = { $flag }, for { $names } ({ $by })
flagged-by-when = { $flag }, for { $names }, by { $when } ({ $by })
posted-embargo = It is shown from { $when}; nodes may already hold it, it is no secret.
posted-nobody = Nobody is called { $names }.

## People in their days

clock-part = :
person-hours = { $name } works { $hours }.
person-assumed = { $name } has published no hours; { $hours } is assumed.
person-open-until = It is { $clock } for { $name }, whose day ends { $when }.
person-closed-until = It is { $clock } for { $name }, whose day starts { $when }.
person-open = It is { $clock } for { $name }, who is at work.
person-closed = It is { $clock } for { $name }, who is not at work.
person-status = { $name }: { $status }.
person-deputy = { $deputy } stands in for { $name } while away.
status-until = { $status }, until { $when }
meaning-open = open
meaning-focus = in focus
meaning-deadline = before a deadline
meaning-away = away
team-all = all
team-next = All of you are at work next { $when }.
team-never = In the two weeks ahead there is no moment when all of you are at work.

quiet-now = It is quiet until { $when }.
quiet-not = It is not quiet: what needs you is told.

## Reports

report-nothing = Nothing that you missed.
report-more = There was more than a report looks at: of what is older, `cremona search` knows all.
report-left-out =
    { $count ->
        [one] and { $count } more
       *[other] and { $count } more
    }
report-messages =
    { $count ->
        [one] { $count } message
       *[other] { $count } messages
    }
held-on = Held on { $holds } of { $count } nodes, as far as they told.
held-not-yet = { $name }: not yet.
held-unknown = { $name }: never told.
held-mailbox = a mailbox
forecast-here = Connected now.
forecast-no-idea = No idea when: heard too seldom to tell.
forecast-likely = Likely { $when }, most often between { $early } and { $late }.
forecast-open = Likely { $when }, hardly before { $early }; perhaps not within a week.
forecast-zone = Times are those of { $zone }.

## What the desktop tells

notice-line = #{ $channel } · { $title }
notice-text = { $name }: { $text }
notice-many =
    { $count ->
        [one] { $count } thread needs you
       *[other] { $count } threads need you
    }
notice-digest =
    { $count ->
        [one] While it was quiet: { $count } thread
       *[other] While it was quiet: { $count } threads
    }
