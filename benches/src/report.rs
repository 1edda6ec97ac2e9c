//! What a run leaves: raw numbers as JSON, charts, and its tables in `benchmarks.md` between markers.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A table in Markdown.
pub struct Table {
    text: String,
}

impl Table {
    /// A table with these columns.
    #[must_use]
    pub fn new(columns: &[&str]) -> Self {
        let text = format!("| {} |\n|{}\n", columns.join(" | "), "---|".repeat(columns.len()));
        Self { text }
    }

    /// One more row.
    pub fn row(&mut self, cells: &[String]) {
        self.text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Writes a section's raw numbers to `out/name.json` and its text into the page beside `out`.
///
/// # Errors
/// Where the files can't be written.
pub fn publish(out: &Path, name: &str, raw: &impl serde::Serialize, text: &str) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("can't make {}", out.display()))?;
    std::fs::write(out.join(format!("{name}.json")), serde_json::to_string_pretty(raw)?)?;
    println!("\n## {name}\n\n{text}");
    fill(&page_of(out), name, text)
}

/// The same, on another page.
///
/// # Errors
/// Where the files can't be written.
pub fn publish_on(page: &Path, out: &Path, name: &str, raw: &impl serde::Serialize, text: &str) -> Result<()> {
    publish(out, name, raw, text)?;
    fill(page, name, text)
}

/// Writes an SVG next to the raw numbers.
///
/// # Errors
/// Where the file can't be written.
pub fn draw(out: &Path, name: &str, svg: &str) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("can't make {}", out.display()))?;
    Ok(std::fs::write(out.join(format!("{name}.svg")), svg)?)
}

/// The page: `docs/benchmarks.md` for `docs/benchmarks`.
fn page_of(out: &Path) -> PathBuf {
    out.with_extension("md")
}

/// Replaces what stands between the markers of `name`; a page without them stays as it is.
fn fill(page: &Path, name: &str, text: &str) -> Result<()> {
    let Ok(old) = std::fs::read_to_string(page) else { return Ok(()) };
    match filled(&old, name, text) {
        Some(new) => Ok(std::fs::write(page, new)?),
        None => Ok(()),
    }
}

fn filled(page: &str, name: &str, text: &str) -> Option<String> {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = page.split_once(&start)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{start}{}\n{end}{after}", text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_replaces_what_stood_between_its_markers() {
        let page = "# P\n<!-- live -->\nold\n<!-- /live -->\nrest\n";
        let new = filled(page, "live", "| a |\n").unwrap();
        assert_eq!(new, "# P\n<!-- live -->\n| a |\n<!-- /live -->\nrest\n");
        assert_eq!(filled(&new, "live", "| a |\n").unwrap(), new);
        assert!(filled(page, "other", "x").is_none());
    }
}
