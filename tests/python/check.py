"""Reads the golden vectors with nothing of Cremona's own code, and derives again all that can be derived."""

import json
import pathlib
import sys

from nacl.bindings import crypto_scalarmult_base
from nacl.signing import SigningKey

import bech32m
import blake3
import cbor
import contexts
import control
import envelope
import frames
import hpke
import records
import run
import sealing
import soft


def main(folder):
    """Checks every file of vectors in `folder`; an AssertionError names the one that fails."""
    for module in (blake3, bech32m, cbor, hpke):
        module.test()
    vectors = {path.stem: from_hex(json.loads(path.read_text())) for path in folder.glob("*.json")}
    assert sorted(vectors) == ["envelopes", "frames", "records", "soft"], sorted(vectors)
    known = check_envelopes(vectors["envelopes"])
    check_records(vectors["records"], known)
    check_frames(vectors["frames"])
    check_soft(vectors["soft"], vectors["envelopes"]["devices"])
    print(f"golden vectors: {len(known)} envelopes and all other byte forms read by Python {sys.version.split()[0]}")


def from_hex(value, name=""):
    """The JSON value with its hexadecimal texts as bytes; plain texts have names of their own."""
    if isinstance(value, dict):
        return {key: from_hex(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [from_hex(item, name) for item in value]
    is_text = name in ("what", "name", "text", "title", "hints", "key")
    return bytes.fromhex(value) if isinstance(value, str) and not is_text else value


def check_envelopes(vectors):
    """All envelopes by id, each with its epoch key's plaintexts, after every form of them was checked."""
    secret = check_workspace_key(vectors["workspace_key"])
    check_pairing(vectors["pairing"], vectors["workspace_key"])
    for device in vectors["devices"].values():
        assert bytes(SigningKey(device["signing_seed"]).verify_key) == device["device"]
        assert crypto_scalarmult_base(device["boxing_seed"]) == device["box_key"]
    assert sealing.epoch_id(vectors["epoch_key"]) == vectors["epoch"]
    workspace, key = vectors["workspace_key"]["workspace"], vectors["epoch_key"]
    known = {}
    for vector in vectors["envelopes"]:
        one = check_single(vector, workspace, key)
        known[vector["id"]] = one
    check_control(vectors, [vector["single"] for vector in vectors["envelopes"]], secret)
    for vector in vectors["runs"]:
        known.update(check_run(vector, workspace, known, key))
    check_erased(vectors["erased"], known)
    assert run.read_proof(vectors["fork"]["proof"], workspace) == (vectors["fork"]["log"], vectors["fork"]["seq"])
    check_guard(vectors["guard"], known)
    return known


def check_workspace_key(vector):
    generation, workspace, secret, hints = control.read_workspace_key(vector["text"])
    assert (generation, workspace, secret) == (vector["generation"], vector["workspace"], vector["secret"])
    assert hints == vector["hints"]
    assert blake3.derive(contexts.KNOCK_KEY, secret) == vector["knock_key"]
    assert blake3.derive(contexts.LOCKBOX_KEY, secret) == vector["lockbox_key"]
    assert control.invite_key(secret) == vector["invite"]
    return secret


def check_pairing(vector, key):
    device, token, hints = control.read_pairing_string(vector["text"])
    assert (device, token, hints) == (vector["device"], vector["token"], vector["hints"])
    assert blake3.derive(contexts.PAIRING_PLACE, token, 16) == vector["place"]
    assert blake3.derive(contexts.PAIRING_KEY, token) == vector["knock_key"]
    assert control.read_handover(vector["handover"]) == (key["workspace"], key["knock_key"])


def check_single(vector, workspace, epoch_key):
    one = envelope.read_single(vector["single"])
    header = one.header
    assert header.workspace == workspace and header.id() == vector["id"], vector["what"]
    assert envelope.log_id(header.device, header.life) == vector["log"]
    plain = (None, None)
    if header.kind == envelope.CHANGE:
        plain = sealing.open_envelope(one, epoch_key)
        assert plain == (vector["change"], vector["body"]), vector["what"]
    return one, plain


def check_control(vectors, singles, secret):
    """The genesis, the joins and the epoch keys prove what they claim."""
    genesis, *others = (envelope.read_single(single) for single in singles)
    founding = control.read_genesis(genesis)
    assert founding[3] == control.invite_key(secret)
    boxes = {device["device"]: device["boxing_seed"] for device in vectors["devices"].values()}
    joins, keys = 0, 0
    erased, mailboxes = [], []
    for one in others:
        header = one.header
        if header.kind == envelope.CONTROL and header.seq > 1:
            if control.type_of(one) == control.ERASE_TYPE:
                erased += control.read_erase(one)
            else:
                mailboxes.append(control.read_mailbox(one))
            continue
        if header.kind == envelope.CONTROL:
            join = control.read_join(one, genesis)
            assert crypto_scalarmult_base(boxes[header.device]) == join[2]
            joins += 1
        if header.kind == envelope.KEYS:
            payload = control.read_keys(one)
            assert control.open_lockbox(payload, header.workspace, secret) == vectors["epoch_key"]
            for box in payload[2]:
                opened = control.open_box(payload, header.workspace, box[0], boxes[box[0]])
                assert opened == vectors["epoch_key"]
            keys += 1
    assert (joins, keys) == (3, 1)
    logs = {vector["log"] for vector in vectors["envelopes"]}
    assert [seqs for _, seqs in erased] == [[2, 3]] and erased[0][0] in logs
    assert mailboxes == [(vectors["pairing"]["device"], vectors["pairing"]["hints"])]


def check_run(vector, workspace, known, epoch_key):
    """The envelopes of a run, which are the same as their single forms."""
    start = known.get(vector["bytes"][57:89])
    time, total = (start[0].header.time, start[0].header.bytes) if any(vector["bytes"][49:57]) else (0, 0)
    envelopes = run.read_run(vector["bytes"], workspace, time, total)
    assert [one.header.id() for one in envelopes] == vector["ids"], vector["what"]
    found = {}
    for one in envelopes:
        id_ = one.header.id()
        if id_ in known:
            assert known[id_][0].header == one.header and known[id_][0].change == one.change
        else:
            assert one.header.kind == envelope.CHANGE
            found[id_] = one, sealing.open_envelope(one, epoch_key)
    return found


def check_erased(single, known):
    """The header of an erased envelope still proves that its author wrote it."""
    one = envelope.read_single(single)
    whole = known[one.header.id()][0]
    assert one.body is None and whole.body is not None and one.change == whole.change


def check_guard(vector, known):
    last = known[vector["envelope"]][0].header
    fields = (1, last.device, vector["location"], last.life, vector["seq"], vector["envelope"])
    assert cbor.decode(vector["bytes"]) == dict(enumerate(fields)) and last.seq == vector["seq"]


def check_records(vectors, known):
    """Every record: from its header and payload to the change, the id, the text; then the state of all."""
    for vector in vectors["records"]:
        header = envelope.read_header(vector["header"])
        payload = records.read_payload(vector["payload"])
        assert payload[3] == vector["value"] and records.key_of(header) == vector["key"], vector["what"]
        assert known[header.id()][1] == (vector["payload"], vector["body"])
        assert records.actor_of(header, payload[0]) == vector["actor"]
        assert records.rebuild(header, payload) == (vector["change"], vector["hash"]), vector["what"]
        value = cbor.decode(vector["value"])
        assert records.id_of(header, value) == vector["id"], vector["what"]
        records.check_value(payload[0], value)
        if vector["body"] is not None:
            text, title = records.read_body(vector["body"])
            assert (text, title) == (vector["text"], vector["title"])
            assert value[0] != records.IMPORTED or blake3.digest(text.encode()) == value[15]
    logs = {}
    for one, (change, _) in sorted(known.values(), key=lambda found: found[0].header.seq):
        header = one.header
        if header.kind == envelope.CHANGE:
            doc, _, _, value = check_chain(header, change, logs)
            body = header.body_hash if header.body_length else None
            log = logs.setdefault(envelope.log_id(header.device, header.life), [])
            log.append((doc, header.seq, value, body, header, change))
    assert records.state_of({log: [line[:4] for line in lines] for log, lines in logs.items()}) == vectors["state"]


def check_chain(header, change, logs):
    """A payload names the hash of its log's previous change in that document."""
    payload = records.read_payload(change)
    lines = logs.get(envelope.log_id(header.device, header.life), [])
    before = [line for line in lines if line[0] == payload[0]]
    assert payload[1] == len(before) + 1
    if before:
        assert payload[2] == records.rebuild(before[-1][4], records.read_payload(before[-1][5]))[1]
    return payload


def check_soft(vectors, devices):
    """Receipts, addresses and personal state: signed by their device, and what they say."""
    for vector in vectors["receipts"]:
        word = soft.read_word(vector["bytes"])
        assert (word.kind, word.workspace, word.device) == (soft.RECEIPT, vectors["workspace"], vector["device"])
        said = soft.read_receipt(word.payload)
        told = tuple(vector[name] for name in ("root", "envelopes", "missing", "logs", "frontier"))
        assert (word.time, said) == (vector["time"], told), vector["what"]
    word = soft.read_word(vectors["addresses"]["bytes"])
    assert soft.read_addresses(word, vectors["epoch_key"]) == vectors["addresses"]["text"]
    own = vectors["personal"]
    word = soft.read_word(own["bytes"])
    for name in ("bo", "ana"):
        content = soft.read_personal(word, devices[name]["device"], devices[name]["boxing_seed"])
        assert content == b"\0" + own["state"], name
    fields = soft.read_state(own["state"])
    assert len(fields) == own["fields"]
    drafts = [cbor.decode(field[2]) for key, field in fields.items() if key[0] == 6]
    assert [draft[2].encode() for draft in drafts] == [own["draft"]]


def check_frames(vectors):
    """Every type of frame, and roots of a small and a large frontier."""
    small, large = vectors["frontiers"]
    for frontier in (small, large):
        assert frames.root_of(entry_of(entry) for entry in frontier["entries"]) == frontier["root"]
    read = [frames.read_frame(vector["bytes"]) for vector in vectors["frames"]]
    assert [name for name, _ in read] == [vector["name"] for vector in vectors["frames"]]
    children = [child[:16] for child in frames.children_of(entry_of(entry) for entry in large["entries"])]
    entries = [wire_entry(*entry_of(entry)) for entry in small["entries"]]
    assert read == expected_frames(small["root"], children, entries)


def expected_frames(root, children, entries):
    """Name and fields of each frame, as docs/protocol.md orders them."""
    log = bytes([3] * 16)
    return [
        ("hello", [root, log, True]),
        ("hello", [bytes(32)]),
        ("node", [b"", children]),
        ("entries", [b"\1\17", True, entries]),
        ("want", [log, 5, 70_000]),
        ("run", [log, True, b"\1\2\3"]),
        ("probe", [log, [1, 64, 300], False]),
        ("headers", [log, True, [bytes([7] * 227)], bytes([4] * 64)]),
        ("want proof", [log]),
        ("proof", [b"\1\2"]),
        ("want bodies", [log, [2, 9]]),
        ("soft offer", [1_793_534_400_123, bytes([6] * 16), True, [[[bytes([5] * 8), 1], 1_793_534_400_001]]]),
        ("soft want", [[[bytes([5] * 8), 2]]]),
        ("soft words", [[b"\1\2\3"]]),
        ("bodies", [log, [[2, bytes([8] * 40)]]]),
        ("want bundle", [7, [[log, 64, 70_000, bytes([6] * 8)]], False, 0, 65_536]),
        ("slice", [7, bytes([5] * 16), 40_000, 16_384, bytes([9] * 3)]),
        ("notice", [True, 70_000, 65_536, [bytes([9] * 32)]]),
    ]


def wire_entry(device, life, seq, head, cut):
    """An entry as it travels: the log's id says whose it is."""
    return [envelope.log_id(device, life), seq, head, cut]


def entry_of(entry):
    return tuple(entry[name] for name in ("device", "life", "seq", "head", "cut"))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
