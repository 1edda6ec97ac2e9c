//! Pictures of every view: `CREMONA_SHOTS=FOLDER cargo test --release -p cremona-tests --test browser --
//! screenshots`. A folder that is not absolute is one of the repository.

use std::path::Path;

use crate::browser::Browser;
use crate::stage::Stage;
use crate::views::{World, look};

const SIZES: [(&str, u32, u32); 2] = [("wide", 1280, 900), ("narrow", 390, 844)];

#[test]
fn screenshots_of_every_view_are_kept_where_they_are_asked_for() {
    let Some(folder) = std::env::var_os("CREMONA_SHOTS") else {
        println!("no pictures are taken: CREMONA_SHOTS names no folder");
        return;
    };
    let Some(mut stage) = Stage::enter() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let world = World::tell(&mut stage);
    let mut ana = Browser::at(&world.ana, "ana");
    let mut kept = 0;
    for lang in ["en", "id"] {
        for theme in ["light", "dark"] {
            look(&mut ana, lang, theme);
            for (size, width, height) in SIZES {
                ana.resize(width, height);
                for (view, path) in world.views() {
                    ana.go(&path);
                    ana.script("scrollTo(0, 0); document.activeElement?.blur()", &[]);
                    ana.shot(&folder.join(format!("{view}-{lang}-{theme}-{size}.png")));
                    kept += 1;
                }
            }
            ana.resize(1280, 900);
        }
    }
    println!("{kept} pictures in {}", folder.display());
}
