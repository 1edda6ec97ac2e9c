# Why something failed: parts of other sentences. A hint of a cause is the hint of the whole.

system-not-found = it is not there
system-denied = the system does not allow it
    .hint = check who owns it and what its rights are
system-read-only = it can only be read
    .hint = check who owns it and whether it can be written
system-full = the disk is full
    .hint = make room on the disk; nothing was lost
system-no-directory = a part of the path is no directory
    .hint = choose a directory with --data
system-directory = it is a directory
system-exists = it is there already
system-refused = nobody answers there
system-timeout = no answer in time
system-address-taken = another program listens there
system-cut-off = the other end hung up
system-other = { $text }

store-newer = the store has version { $found }, this cremona knows { $known }
    .hint = install a newer cremona; nothing was changed
store-foreign = the file is not a cremona store
store-full = the disk is full
    .hint = make room and try again; reading goes on meanwhile
store-read-only = the store can't be written
    .hint = check who owns it; reading goes on meanwhile
store-corrupt = the store is damaged: { $text }
store-io = the disk fails: { $text }
store-sql = the store fails: { $text }

key-empty = the workspace key is empty
    .hint = copy the whole key again from `cremona key` of a teammate; it starts with wsk1
key-prefix = this is not a workspace key: one starts with "wsk1"
    .hint = { key-empty.hint }
key-letter = letter { $position } of the key is "{ $found }", which no key contains
    .hint = { key-empty.hint }
key-length = the key has { $found } letters and should have { $length }: part of it was not copied, or something else was
    .hint = { key-empty.hint }
key-typo = letter { $position } of the key looks wrong: it is "{ $found }" and probably should be "{ $instead }"
    .hint = { key-empty.hint }
key-checksum = the key has more than one wrong letter
    .hint = { key-empty.hint }
key-version = the key has version { $version }; it needs a newer cremona
    .hint = install a newer cremona
key-hint = the address "{ $address }" after the key is not host:port
    .hint = { key-empty.hint }

pairing-empty = the pairing string is empty
    .hint = copy the whole string again from `cremona mailbox up`; it starts with mbx1
pairing-prefix = this is not a pairing string of a mailbox: one starts with "mbx1"
    .hint = { pairing-empty.hint }
pairing-letter = letter { $position } of the pairing string is "{ $found }", which none contains
    .hint = { pairing-empty.hint }
pairing-length = the pairing string has { $found } letters and should have { $length }: part of it was not copied
    .hint = { pairing-empty.hint }
pairing-typo = letter { $position } of the pairing string looks wrong: it is "{ $found }" and probably should be "{ $instead }"
    .hint = { pairing-empty.hint }
pairing-checksum = the pairing string has more than one wrong letter
    .hint = { pairing-empty.hint }
pairing-version = the pairing string has version { $version }; it needs a newer cremona
    .hint = install a newer cremona
pairing-hint = the address "{ $address }" after the pairing string is not host:port
    .hint = { pairing-empty.hint }

ended-code = exit code { $code }
ended-signal = a signal
standard-input = standard input

net-identity = the device's key is not one
net-listen = can't listen on { $address }: { $error }
net-transport = can't set up a transport: { $error }
net-gossip = can't set up gossip: { $error }
