# The page.

page-waiting = Waiting for the first teammate
page-waiting-lead = As soon as a teammate’s node is met, the newest messages are here within seconds; the history follows while you read.
page-waiting-hours = Meanwhile, say when you work:
page-no-address = No address is known. The key that your teammate’s running node shows carries one.
page-first-one = Write when you work.
page-first-two = They read when they do.
page-first-intro = Your team’s channels and threads, held by your team’s own computers. There is no server and no account, and nobody waits for anybody to be online.
page-join-team = Join your team
page-key-where = A teammate finds it under “Invite a teammate”. It stays on this computer and is never part of an address.
page-your-name = Your name
page-dial = A teammate’s address, if the key has none
page-join = Join
page-or-start = Or start a workspace
page-start-is = You become its first member and get a key to hand to the others.
page-its-name = Its name
page-your-zone = Your time zone
page-starts = Your day starts
page-ends = and ends
page-hours-are = Teammates see these hours instead of whether you are online. Outside them nothing rings.
page-create-workspace = Create workspace
page-messages-here =
    { $count ->
        [one] { $count } message is here so far.
       *[other] { $count } messages are here so far.
    }
page-coming =
    { $count ->
        [one] { $count } entry is coming.
       *[other] { $count } entries are coming.
    }
page-messages-unit = messages
page-day-off = not today
page-skip = Skip to the content
page-main = Main
page-views = Views
page-jump = Jump to…
page-jump-places = Places
page-channels = Channels
page-all-channels = All channels
page-threads-unit = threads
page-waiting-unit = waiting
page-inbox = Inbox
page-later = Later
page-drafts = Drafts
page-scheduled = Scheduled
page-search = Search
page-team = Team and hours
page-digest = Digest
page-newsletter = Newsletter
page-status = Status
page-settings = Settings
page-more = More
page-expired = Expired unread
page-node-stopped = The node has stopped. What you write is kept.
page-keys = Keys
page-close = Close
page-show = Show
page-catch-up = Catch up
page-catch-up-title = What you missed
page-all-years = Everything since the beginning
page-all = That is all. Everything else is in your channels, and nobody is waiting for you there.
page-nothing-missed = Nothing was missed.
page-all-missed = That is all that was missed.
page-more-rows = More threads
page-about-selected = About the selected thread
page-why-here = Why this is here
page-why = Why
page-done = Done
page-back-now = Back to the inbox
page-stop-following = Stop following
page-follow = Follow
page-following = Following
page-mute = Mute
page-muted = Muted
page-unmute = Unmute
page-their-day = Their day, in your time
page-caught-up = Are you caught up?
page-details = Details
page-alone = No teammate has been met yet.
page-arrived-late = arrived late
page-group-red = Needs you today
page-group-yellow = Within 48 hours
page-group-plain = Without a flag
page-group-green = For information
page-group-mine = Needs you
page-group-rest = By latest message
page-about-asks = asks you in #{ $channel }
page-about-stands-in = asks you instead of { $away } in #{ $channel }
page-about-mentions = mentions you in #{ $channel }
page-about-acknowledge = asks everyone to acknowledge, in #{ $channel }
page-about-replies = wrote in #{ $channel }
page-about-back = Back from Later, in #{ $channel }
page-until-when = until { $when }
page-later-none = Nothing is put off.
page-new-thread = New thread
page-which-threads = Which threads
page-tab-open = Open
page-tab-unread = Needs me
page-tab-resolved = Resolved
page-tab-all = All
page-no-threads = No threads here.
page-earlier-threads = Earlier threads
page-about-channel = About this channel
page-pinned-here = Pinned here
page-what-comes-up = What comes up in your inbox
page-follow-all = Everything
page-follow-default = What concerns me
page-mark-all-read = Mark all as read
page-channel-settings = About the channel
page-name = Name
page-purpose = What it is for
page-expectation = When to expect an answer
page-default-flag = Flag where none is given
page-no-flag = No flag
page-archived = Archived
page-archived-tag = archived
page-save = Save
page-new-channel = New channel
page-create = Create
page-reply = Reply
page-reply-label = Reply to this thread
page-flag-whom = Flag for those whom you mention
page-draft-kept = Draft kept
page-their-morning = Their morning
page-their-morning-is = Shown when their day starts, though your node is off: it travels now and is kept hidden until then. That is a courtesy, not a secret.
page-preview = Preview
page-send = Send
page-resolve = Resolve
page-reopen = Reopen
page-resolved = resolved
page-as-now = Show it as it is now
page-as-of-then = The thread as it was: { $when }. What was deleted since stays deleted.
page-as-it-was = Another moment, another title
page-as-of = See it as it was
page-as-of-example = 2026-11-20 15:00
page-retitle = Title
page-earlier = Earlier messages
page-about-thread = About this thread
page-expect = What to expect in
page-in-this-thread = In this thread, in your time
page-who-holds-mine = Who holds your last message
page-not-yet = Not yet: { $names }
page-claimed = (claimed)
page-edited = edited
page-announcement = announcement
page-pinned = pinned
page-early = shown before the rest of its author’s log
page-wrong-clock = its author’s clock was ahead
page-here-only = on this node only, waiting for a teammate to be reached
page-deleted = Deleted by its author. Every device is asked to erase it.
page-missing = The text has not arrived yet.
page-hidden-until = hidden until { $when }
page-acknowledge = Acknowledge
page-acknowledged-none = Please acknowledge. Nobody has yet.
page-acknowledged-by = Acknowledged by { $names }
page-reactions = Reactions
page-menu = More
page-menu-of = More about the message of { $name }, { $when }
page-pin = Pin
page-unpin = Unpin
page-mark-unread = Mark unread from here
page-held-on = Who holds it
page-link = Link to this message
page-history = History
page-flag = Flag
page-edit = Edit
page-delete = Delete
page-cancel = Cancel
page-to-message = To the message
page-flagged-for = { $name }, for { $to }
page-you-word = you
page-you = (you)
page-everyone = everyone
page-clock-of = It is { $clock } for { $name }, in { $place }
page-day-starts = their day starts { $when }
page-day-ends = their day ends { $when }
page-since = since { $when }
page-newest-of = the newest { $facts }
page-in = in
page-title-label = Title
page-title-hint = Taken from the first line where you give none.
page-message = Message
page-what-needed = What do you need?
page-flag-none-is = They find it in their inbox, without a clock.
page-flag-red-is = Needs attention today: the end of their day, in their hours.
page-flag-yellow-is = Within 48 hours, counted in their working days.
page-flag-green-is = For information. Never rings; goes into the newsletter.
page-due = Due, if not the usual
page-due-example = fri 15:00
page-for-whom = For whom, if not those whom you mention
page-for-whom-hint = Ana, Bo
page-escalate = To the deputy of whoever is away
page-when-out = When is it shown?
page-now = Now
page-now-is = Their quiet hours keep it silent until they work.
page-at-time = At a time…
page-at-time-is = In your zone or theirs, such as “tomorrow 09:00 Europe/London”.
page-at = That time
page-at-example = tomorrow 09:00
page-as-announcement = As an announcement
page-ask-acknowledge = Ask everyone to acknowledge it
page-about-when = About when it arrives
page-already-scheduled = Already scheduled
page-good-message = A good message for later
page-good-message-is = Says what is asked, by when, and what you will do if nobody answers.
page-edit-message = Edit a message
page-delete-message = Delete a message
page-delete-sure = Delete this message everywhere? It can’t be taken back.
page-flag-question = Who is to act on this message, and how soon?
page-put-off = Put off
page-in-hours = In two hours
page-tomorrow = Tomorrow at 9
page-monday = On Monday at 9
page-until = Until
page-until-example = fri 17:00
page-search-label = Search every message
page-search-hint = Words, “phrases” and operators, over everything on this node.
page-results = Results
page-more-hits = More messages
page-hits-none = Nothing found. Fewer words, or begin* for words that begin so, find more.
page-searched-here = Searched every message on this node; nothing left it.
page-about-search = About this search
page-narrow = Narrow it
page-op-from = Whose
page-op-channel = Where
page-op-after = From when on
page-op-before = Before when
page-op-unread = Not read yet
page-op-flag = With a flag
page-op-link = With a link
page-op-phrase = Exactly so
page-invite = Invite a teammate
page-invite-lead = Give this one string to your teammate, by whatever you both trust. Whoever has it can join and read.
page-key = Workspace key
page-key-hint = Your teammate pastes it where Cremona asks for it. It is never part of an address.
page-team-intro = All in your time, { $place }. These are the hours that people chose to publish; whether anyone is online is not shown anywhere.
page-team-caption = Working hours of the team in your time, from midnight to midnight
page-member = Member
page-place = Place and time there
page-day-from = The day in your time, from
page-your-time = In your time
page-status-word = Status
page-they-work = they work
page-both-work = they and you work
page-when-all = When could we all?
page-write-instead = Most meetings are a decision that nobody has written down. Write it, and everyone answers in their own hours.
page-pairs = Your hours with each
page-no-shared = none; a message each way takes a day
page-run-doctor = Run doctor
page-am-i-caught-up = Am I caught up?
page-caught-caption = What each teammate is known to have written, and whether it is here
page-teammate = Teammate
page-here = Here
page-theirs = Of yours, there
page-last-heard = Last heard
page-last-heard-is = “Last heard” is when their node last said anything to yours, not when they sat at it. It is shown here and nowhere else.
page-all-here = all
page-all-there = all
page-unknown = not told yet
page-same = Do we hold the same?
page-same-nobody = No teammate is connected to compare with.
page-same-with = Equal with { $names }: with equal roots you hold the same messages, to the last edit.
page-doctor-found = What doctor found
page-this-node = This node
page-connections = Connections
page-fact-messages = Messages
page-fact-threads = Threads
page-fact-members = Members
page-fact-disk = Disk
page-fact-listens = Listens at
page-fact-device = Device
page-fact-version = Version
page-scheduled-is = It may have reached their nodes already, hidden until then.
page-scheduled-none = Nothing is scheduled.
page-hold = Keep it on this node until then
page-hold-is = On this node alone, which sends it then; if it is off, once it runs again.
page-hold-until = Another time
page-off-hold = Back to drafts
page-on-hold = On hold
page-month-before = The month before
page-my-hours = My hours
page-hours-label = Zone, week and days off
page-hours-hint = For instance Asia/Jakarta mon-fri 09:00-17:30; off 2026-12-24..2026-12-26
page-my-status = My status
page-meaning = I am
page-in-words = In words
page-quiet = Quiet
page-quiet-label = When nothing notifies
page-quiet-hint = outside hours, never, or a weekly schedule such as mon-fri 18:00-08:00
page-focus-label = Nothing notifies for
page-focus-until = Until { $when } nothing does; “off” ends it sooner.
page-deputy = Deputy
page-deputy-label = Who stands in while I am away
page-notifications = Notifications
page-set-notify = Program that is told
page-set-digest = Digest at
page-set-allow-people = People who may always notify
page-set-allow-flags = Flags that may always notify
page-set-allow-words = Words that may always notify
page-look = Language and look
page-language = Language
page-lang-browser = As the browser says
page-theme = Theme
page-theme-system = As the system says
page-theme-light = Light
page-theme-dark = Dark
page-theme-contrast = High contrast
page-theme-light-contrast = Light, high contrast
page-theme-dark-contrast = Dark, high contrast
page-keys-on = Single keys do something (? lists them)
page-said-saved = Saved.
page-key-move = to the next, to the one before
page-key-open = open
page-key-back = back
page-key-next = next unread
page-key-flag = flag: today, 48 h, FYI, none
page-key-calm = only what is read, or all around it
page-emoji-thumb = thumbs up
page-emoji-eyes = eyes
page-emoji-party = party
page-emoji-heart = heart
page-emoji-idea = light bulb
page-emoji-check = check mark
page-code = Code
page-table = Table
page-image = image
page-threads =
    { $count ->
        [one] { $count } thread
       *[other] { $count } threads
    }
page-messages =
    { $count ->
        [one] { $count } message
       *[other] { $count } messages
    }
page-people =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
page-members =
    { $count ->
        [one] { $count } member
       *[other] { $count } members
    }
page-channel-count =
    { $count ->
        [one] { $count } channel
       *[other] { $count } channels
    }
page-draft-count =
    { $count ->
        [one] { $count } draft
       *[other] { $count } drafts
    }
page-left-out = and { $count } more
page-and-more = { $count } more
page-days-later =
    { $count ->
        [one] { $count } day later
       *[other] { $count } days later
    }
page-new-since = { $count } new
page-holders =
    { $count ->
        [one] On { $count } node
       *[other] On { $count } nodes
    }
page-not-here = all but { $count }
page-lacks = all but { $count }
page-megabytes = { $count } MB
page-broken = the page can't be drawn: { $error }
    .hint = Report this, with what you did before.
page-no-act = the form says nothing that can be done
    .hint = Go back and load the page again.
page-no-channel = there is no such channel
    .hint = All channels are listed on the page Channels.
page-no-message = there is no such message
    .hint = It may not have arrived yet.
page-no-hold = that is not on hold any more
    .hint = look at what is scheduled: it may have been sent
page-undo-done = Not done after all
