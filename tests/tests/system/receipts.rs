//! Receipts between real nodes: what someone has that another lacks is known before it arrives.

use std::path::Path;
use std::time::Duration;

use cremona_envelope::{Receipt, Soft, SoftKind};
use cremona_store::{ShelfReader, StoreError};

use crate::mailbox::paired;
use crate::person::{Town, until, until_within};

/// Receipts are a minute apart at least.
const RECEIPT: Duration = Duration::from_secs(150);

/// Whether a mailbox keeps a receipt of this device for this root.
fn keeps_receipt(folder: &Path, device: &str, root: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let shelf = files.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "db")).expect("a shelf");
    let words: Result<Vec<Vec<u8>>, StoreError> = ShelfReader::open(&shelf).unwrap().read(|read| {
        let receipts = read.soft_rows()?.into_iter().filter(|row| row.kind == SoftKind::RECEIPT);
        receipts
            .filter(|row| row.device.to_string() == device)
            .filter_map(|row| read.soft(&row.device, row.kind).transpose())
            .collect()
    });
    words.unwrap().iter().any(|word| {
        let soft = Soft::decode(word).unwrap();
        Receipt::decode(&soft.payload).unwrap().root.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
            == root
    })
}

#[test]
fn cy_learns_from_bos_receipt_that_ana_wrote_something_that_has_not_arrived() {
    let town = Town::new();
    let (mut ana, key, mut mailbox) = paired(&town);
    let mut bo = town.joiner("bo", &key, &ana);
    bo.up();
    let mut cy = town.joiner("cy", &key, &ana);
    cy.up();
    until("all have joined", || ana.ask(&["verify"])["members"] == 3 && mailbox.has_root_of(&cy));
    until("cy holds the same", || cy.ask(&["verify"]) == ana.ask(&["verify"]));
    cy.stop();
    // The mailbox has no room for what ana says now, but it passes receipts on.
    mailbox.stop();
    mailbox.up(&["--room", "0"]);
    ana.post("This does not reach cy yet");
    until("bo has it", || bo.ask(&["verify"]) == ana.ask(&["verify"]));
    let (device, root) = (bo.text(&["status"], "device"), bo.text(&["verify"], "root"));
    until_within(RECEIPT, "bo's receipt is with the mailbox", || keeps_receipt(&mailbox.dir, &device, &root));
    ana.stop();
    bo.stop();
    cy.up();
    until_within(RECEIPT, "cy knows that something is not here", || cy.ask(&["status"])["caught_up"] == false);
    let status = cy.ask(&["status"]);
    let missing = &status["not_here"][0];
    assert_eq!((&missing["name"], &missing["count"]), (&"ana".into(), &1.into()), "{status}");
    assert_eq!(missing["known_by"], serde_json::json!(["bo"]));
    ana.up();
    until("cy has it", || cy.ask(&["status"])["caught_up"] == true);
    assert_eq!(cy.ask(&["verify"]), ana.ask(&["verify"]));
}
