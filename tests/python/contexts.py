"""The domain-separation strings, written down a second time: a change on either side shows."""

START = "cremona 2026-11 "

WORKSPACE_ID = START + "workspace id v1"
MEMBER_ID = START + "member id v1"
LOG_ID = START + "log id v1"
RECORD_ID = START + "record id v1"
EPOCH_ID = START + "epoch id v1"
KNOCK_KEY = START + "knock key v1"
INVITE_KEY = START + "invite key v1"
LOCKBOX_KEY = START + "lockbox key v1"
PAIRING_PLACE = START + "pairing place v1"
PAIRING_KEY = START + "pairing key v1"
PART_KEY = START + "part key v1"
NONCE_KEY = START + "nonce key v1"
TAG_KEY = START + "tag key v1"
LOCKBOX_NONCE = START + "lockbox nonce v1"
ENVELOPE_SIGNATURE = (START + "envelope signature v1").encode()
JOIN_SIGNATURE = (START + "join signature v1").encode()
SOFT_SIGNATURE = (START + "soft state signature v1").encode()
EPOCH_BOX = (START + "epoch box v1").encode()
PERSONAL_BOX = (START + "personal box v1").encode()

ACTOR_ID = START + "actor id v1"
IMPORTED_MESSAGE = START + "imported message id v1"
IMPORTED_CHANNEL = START + "imported channel id v1"
