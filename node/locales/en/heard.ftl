# What other crates say in English. Each sentence has to be letter for letter what they say: it is the
# pattern by which it is recognised. What fills a gap may be such a sentence too.

heard-list = { $first }; { $rest }

## Why a peer is not there

heard-stalled = stalled: it did not answer within { $seconds } s
heard-dripped = stalled: it sends bundles byte by byte
heard-lied = lied: { $how }
heard-flooded = flooded: too many frames
heard-flooded-early = flooded: it asks for too much before it joins
heard-garbled = sent bytes that make no sense: { $how }
heard-no-join = it shows no join that the invite key signed
heard-store-failed = this node's store failed; meeting again
heard-disk-failed = this mailbox's disk failed; meeting again
heard-closed-early = it closed before admission: it is of another workspace, or no cremona node ({ $how })
heard-wrong-proof = its proof of membership is wrong: another workspace, or not a teammate
heard-late-proof = it did not prove membership in time
heard-no-randomness = no randomness from the system
heard-crowded = too many connections wait at the gate
heard-too-long = a frame of { $bytes } bytes for it is over the limit
heard-too-slow = it can't keep up with what is sent
heard-closed = it closed
heard-stream-ended = its frame stream ended: { $how }
heard-many-dials = too many dials are under way
heard-no-address = not an address: { $how }
heard-no-host-why = can't find { $address }: { $how }
heard-no-host = can't find { $address }
heard-itself = that is this node itself
heard-another-node = another node answers at that address
heard-not-needed = its connection is gone, or it is not needed any more
heard-handover = it hands over something that can't be read

## What operating system and libraries say

heard-refused = Connection refused (os error { $number })
heard-timed-out = Connection timed out (os error { $number })
heard-reset = Connection reset by peer (os error { $number })
heard-no-route = No route to host (os error { $number })
heard-no-network = Network is unreachable (os error { $number })
heard-address-taken = Address already in use (os error { $number })
heard-not-our-address = Cannot assign requested address (os error { $number })
heard-denied = Permission denied (os error { $number })
heard-no-name = failed to lookup address information: Name or service not known
heard-no-name-now = failed to lookup address information: Temporary failure in name resolution
heard-timeout = Timeout has been reached
heard-handshake = Handshake with the remote timed out.
heard-no-such-host = no such host
heard-bad-socket = invalid socket address
heard-bad-port = invalid port value

## What deserves attention

heard-not-met = this node has not met a teammate yet
heard-wrong-clock = a teammate's clock, or this one's, is wrong: the latest message bears { $time }
heard-newer = { $count } envelopes need a newer cremona; they are kept and passed on
heard-no-key = { $count } envelopes wait for a key
heard-rule = { $count } records break a rule and count for nothing
heard-missing = { $count } texts have not arrived yet
heard-forked = { $count } logs are forked: a device wrote two histories
heard-mailbox-full = mailbox { $mailbox } is full ({ $used } of { $limit } MB): it takes nothing new, which stays on members' nodes until they meet; give it more room with `cremona mailbox up --room MB`
heard-share-used = mailbox { $mailbox } takes nothing new of { $names }, whose share is used up; give each device more with `cremona mailbox up --share MB`
heard-index = the search index does not agree with the texts
heard-not-derived = { $table }: kept, but not derived: { $row }
heard-not-kept = { $table }: derived, but not kept: { $row }
heard-log-seq = log { $log } seq { $seq }: { $how }

## When

heard-no-moment = no moment: say one like "tomorrow 09:00"
heard-no-instant = no moment: expected one like 2026-11-30T09:00:00Z
heard-longer = longer than { $limit } bytes
heard-at-column = column { $column }: { $how }
heard-word-near = "{ $word }" is no day, time or zone; did you mean { $near }?
heard-word = "{ $word }" is no day, time or zone
heard-how-long = say how long, like "in 2h" or "in 3 days"
heard-extra = "{ $word }" is one too many
heard-impossible = "{ $word }": no clock shows that: expected 00:00 to 23:59
heard-skipped = { $time } does not exist on { $date } in { $zone }: say { $earlier } or { $later }
heard-twice = { $time } happens twice on { $date } in { $zone }: say { $first } or { $second }
heard-far = that is too far away
heard-past = { $at } has passed
heard-zone-near = there is no time zone "{ $name }"; did you mean { $near }?
heard-zone = there is no time zone "{ $name }"
heard-hours-zone = hours begin with a time zone, like Asia/Singapore
heard-never-open = these hours never open: say days and times, like mon-fri 09:00-17:00
heard-no-day-near = "{ $word }" is no day; did you mean { $near }?
heard-no-day = "{ $word }" is no day
heard-no-days = times need days before them, like mon-fri 09:00-17:00
heard-no-times = days need times after them, like mon-fri 09:00-17:00
heard-one-time = a shift has two times, like 09:00-17:00
heard-no-length = this shift ends when it begins; a whole day is 00:00-24:00
heard-overlap = { $one } and { $other } overlap
heard-no-date = "{ $word }" is no date: expected one like 2026-12-24, or two with .. between them
heard-off-backwards = these days off end before they begin
heard-off-many = more than { $limit } stretches of days off
heard-shifts-many = more than { $limit } shifts begin on one day
heard-no-tzif = the file of the time zone "{ $name }" is no TZif
heard-no-focus = "{ $word }" is no focus: expected two moments like 2026-11-30T09:00:00Z with .. between them
heard-focus-over = focus until { $until } is over before it begins at { $from }
heard-focus-many = more than { $limit } blocks of focus
heard-no-time-of-day = "{ $word }": no time of day: expected one like 09:00

## Searching

heard-search-long = a search goes on beyond { $limit } characters
heard-search-many = a search has at most { $limit } words and operators
heard-search-fewer = use fewer words
heard-search-nothing = there is nothing to look for
heard-search-give = give at least one word, "phrase" or operator such as from:ana
heard-search-open = a quotation mark is never closed
heard-search-close = close it with another "
heard-search-operator = there is no operator { $name }:
heard-search-near = did you mean { $name }: ? Else, for these very words put them between quotation marks
heard-search-operators = operators are { $names }; for these very words put them between quotation marks
heard-search-empty = nothing follows { $name }:
heard-search-example = write for instance { $example }
heard-search-date = { $name }: does not take { $value }, which is no date
heard-search-dates = write { $one }:2026-01-31, { $two }:2026-01, { $three }:2026, or today or yesterday
heard-search-value = { $name }: does not take { $value }
heard-search-did-you-mean = did you mean { $near }? There are { $list }
heard-search-there-are = there are { $list }
heard-search-more = give more of it
heard-search-no-channel = there is no channel { $name }
heard-search-no-thread = there is no thread { $name }
heard-search-no-person = there is no person { $name }
heard-search-two-channels = { $name } fits more than one channel: { $list }
heard-search-two-threads = { $name } fits more than one thread: { $list }
heard-search-two-people = { $name } fits more than one person: { $list }

## Exports of other tools

skip-file = unreadable file
skip-crowd = more than { $limit } messages in one file
skip-form = not a message object
skip-kind = not a message
skip-system = system message
skip-repeat = repeats a reply in the channel
skip-timestamp = its timestamp is missing or can't be read
skip-long = longer than 64 KiB
skip-empty = it says nothing
skip-deleted = deleted before the export
skip-private = private channels and direct messages are not imported, so that they don't become public
skip-unlisted = the channel is not listed in channels.json, so it may be private
skip-time = its time is out of range
skip-root = its root can't be named
skip-text-empty = the { $what } is empty
skip-text-long = the { $what } has { $len } bytes; the limit is { $limit }
skip-text-control = the { $what } contains the control character { $code }
