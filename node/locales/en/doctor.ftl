# What the doctor finds, and as the hint what to do next.

doctor-fine = Nothing is wrong.

check-data = data
check-guard = guard
check-clock = clock
check-node = node
check-listen = listen
check-reach = reach
check-key = key
check-mailbox = mailbox
check-teammates = teammates
check-address = address

data-open = { $path } can be read by other users of this machine
    .hint = take the rights away with `chmod 700` on that directory
data-opens = { $path } opens, { $talk }, { $envelopes }
data-messages =
    { $messages ->
        [one] { $messages } message
       *[other] { $messages } messages
    }
guard-one = this device continues its log
guard-lives = this device's log is in its life number { $lives }: the directory was copied, restored or moved
    .hint = nothing, if you did that; if not, make sure that no copy of it runs elsewhere
clock-behind-one = this clock is { $span } behind { $name }'s; one of the two is wrong
    .hint = let the system set the time by itself, or set it; messages bear the time they were written at
clock-ahead-one = this clock is { $span } ahead of { $name }'s; one of the two is wrong
    .hint = { clock-behind-one.hint }
clock-behind = this clock is { $span } behind those of { $count } teammates
    .hint = { clock-behind-one.hint }
clock-ahead = this clock is { $span } ahead of those of { $count } teammates
    .hint = { clock-behind-one.hint }
clock-of-fast = { $name }'s clock is { $span } fast
    .hint = ask them to let their system set the time by itself
clock-of-slow = { $name }'s clock is { $span } slow
    .hint = { clock-of-fast.hint }
clock-agrees =
    { $count ->
        [one] agrees with { $count } connected node
       *[other] agrees with { $count } connected nodes
    }
clock-within =
    { $count ->
        [one] within { $span } of { $count } connected node
       *[other] within { $span } of { $count } connected nodes
    }
clock-early = this clock shows a time before Cremona was written
    .hint = set the clock
clock-told = { $warning }
    .hint = check the date and time of this machine
clock-alone = plausible; nobody is connected to compare it with
node-runs =
    { $peers ->
        [one] runs, { $peers } peer connected
       *[other] runs, { $peers } peers connected
    }
node-stopped-check = no node is running, so nothing comes and goes
    .hint = start it with `cremona up`
port-taken = port { $port } is in use by another program; `cremona up` will take any other
    .hint = stop that program, or choose a port with `cremona up --listen HOST:PORT`
port-free = port { $port } is free
listen-none = the node listens on no TCP address
    .hint = start it again, and choose an address with `cremona up --listen HOST:PORT`
listen-silent = { $address } does not answer: { $error }
    .hint = a firewall on this machine may be in the way: let cremona accept connections
listen-answers = answers on { $addresses }
listen-other = port { $port } is in use by another program, so the node took another
    .hint = addresses in keys that were given away before don't lead here
reach-yes = teammates can connect to this node directly
reach-local = the node listens for this machine only
    .hint = start it without --listen, or with an address of the network, to be reached from elsewhere
reach-through = nobody can connect to this node directly; it is reached through { $names }
    .hint = to be reached directly as well, let your router or firewall pass TCP and UDP port { $port } to this machine
reach-no = nobody can connect to this node, only it to others; that is enough while they can be reached
    .hint = to be reached directly as well, let your router or firewall pass TCP and UDP port { $port } to this machine
reach-unknown = not known yet: nobody has tried to connect from elsewhere
key-carries = `cremona key` carries { $addresses }
key-carries-none = the workspace key carries no address
    .hint = tell newcomers on other networks an address for `cremona join --dial HOST:PORT`
box-full = the mailbox at { $at } is full and takes nothing new
    .hint = give it more room, or wipe it and pair it again
box-connected = connected at { $at }
box-away = the mailbox at { $at } is not connected
    .hint = check that it is up; messages still pass whenever two nodes meet
box-away-why = the mailbox at { $at } is not connected: { $error }
    .hint = { box-away.hint }
box-there = there is one at { $at }
mates-not-met = this node has not met anyone of the workspace yet
    .hint = check the address in the key, and that a teammate's node is up; `cremona up --dial HOST:PORT` tries another
mates-none = nobody has joined yet
    .hint = give a teammate the string that `cremona key` prints while your node is up
mates-away =
    { $mates ->
        [one] your teammate's node can't be reached now; what you write is kept and goes out by itself
       *[other] none of your { $mates } teammates' nodes can be reached now; what you write is kept and goes out by itself
    }
    .hint = check this machine's network; else wait until one of them is up, or pair a mailbox
mates-known = { $mates } known
mates-whole = { $connected } of { $mates } connected, and all they are known to hold is here
mates-lacking =
    { $logs ->
        [one] { $connected } of { $mates } connected; of { $logs } log something has not arrived
       *[other] { $connected } of { $mates } connected; of { $logs } logs something has not arrived
    }
    .hint = `cremona status` says what; it comes when someone who has it is met
mate-refused = { $name }'s node was refused: { $reason }
    .hint = ask them whether their cremona is a genuine one, and up to date
mate-same = connected, both hold the same
mate-behind = connected, { $receive } to receive and { $send } to send
mate-unheard = never heard of
mate-heard = last heard of { $time }
mate-lacks = { $heard }; lacks { $count } of yours
mate-tried = { $heard }; { $address } was tried: { $reason }
address-silent = nobody of this workspace answers at { $address }: { $reason }
    .hint = check the address and that the node there is up and of the same workspace
address-no-answer = no answer
address-answers = something answers at { $address }
address-no = nothing answers at { $address }: { $error }
probe-no-host = can't find { $address }
