//! Charts as plain SVG: horizontal bars with the numbers beside them, and lines on two logarithmic
//! scales. Drawn by hand, since that is all that is needed.

use std::fmt::Write;

const WIDTH: f64 = 720.0;
const LABELS: f64 = 230.0;
const BAR: f64 = 26.0;
const COLOURS: [&str; 6] = ["#1f6f78", "#c8553d", "#7a6c9d", "#588157", "#b08900", "#444444"];

/// One bar.
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// How long it is.
    pub value: f64,
    /// What is written beside it.
    pub text: String,
    /// Whether it is one of ours.
    pub ours: bool,
}

/// Bars under a title.
#[must_use]
pub fn bars(title: &str, bars: &[Bar]) -> String {
    let most = bars.iter().map(|bar| bar.value).fold(f64::MIN_POSITIVE, f64::max);
    #[allow(clippy::cast_precision_loss)]
    let height = 48.0 + BAR * bars.len() as f64;
    let mut svg = open(title, height);
    for (at, bar) in bars.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let top = 40.0 + BAR * at as f64;
        let width = ((WIDTH - LABELS - 130.0) * bar.value / most).max(1.0);
        let colour = if bar.ours { COLOURS[0] } else { "#b5b5b5" };
        put(&mut svg, LABELS - 8.0, top + 14.0, "end", &bar.label);
        let _ = writeln!(svg, r#"<rect x="{LABELS}" y="{top:.1}" width="{width:.1}" height="18" fill="{colour}"/>"#);
        put(&mut svg, LABELS + width + 6.0, top + 14.0, "start", &bar.text);
    }
    svg.push_str("</svg>\n");
    svg
}

/// A line: its name and its points.
pub struct Line {
    /// What it stands for.
    pub label: String,
    /// Points with coordinates above zero.
    pub points: Vec<(f64, f64)>,
}

/// Lines on two logarithmic scales.
#[must_use]
pub fn lines(title: &str, across: &str, lines: &[Line]) -> String {
    let all = || lines.iter().flat_map(|line| &line.points).filter(|(x, y)| *x > 0.0 && *y > 0.0);
    let range = |pick: fn(&(f64, f64)) -> f64| {
        let logs = all().map(|point| pick(point).log10());
        let low = logs.clone().fold(f64::MAX, f64::min).floor();
        let high = logs.fold(f64::MIN, f64::max).ceil();
        if low < high { (low, high) } else { (low - 1.0, low + 1.0) }
    };
    if all().next().is_none() {
        return open(title, 60.0) + "</svg>\n";
    }
    let ((left, right), (bottom, top)) = (range(|point| point.0), range(|point| point.1));
    let height = 360.0;
    let x_at = |x: f64| 80.0 + (x.log10() - left) / (right - left) * (WIDTH - 330.0);
    let y_at = |y: f64| height - 50.0 - (y.log10() - bottom) / (top - bottom) * (height - 100.0);
    let mut svg = open(title, height);
    grid(&mut svg, (left, right), |power| (x_at(power), height - 30.0, "middle"), |x| (x, 50.0, x, height - 50.0));
    grid(&mut svg, (bottom, top), |power| (72.0, y_at(power) + 4.0, "end"), |_| (0.0, 0.0, 0.0, 0.0));
    put(&mut svg, 80.0 + (WIDTH - 330.0) / 2.0, height - 10.0, "middle", across);
    for (at, line) in lines.iter().enumerate() {
        let colour = COLOURS[at % COLOURS.len()];
        let points: Vec<String> = line
            .points
            .iter()
            .filter(|(x, y)| *x > 0.0 && *y > 0.0)
            .map(|(x, y)| format!("{:.1},{:.1}", x_at(*x), y_at(*y)))
            .collect();
        let points = points.join(" ");
        let _ = writeln!(svg, r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>"#);
        if let Some((_, y)) = line.points.last().filter(|(_, y)| *y > 0.0) {
            put(&mut svg, WIDTH - 242.0, y_at(*y) + 4.0, "start", &line.label);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn grid(
    svg: &mut String,
    (low, high): (f64, f64),
    place: impl Fn(f64) -> (f64, f64, &'static str),
    rule: impl Fn(f64) -> (f64, f64, f64, f64),
) {
    let mut power = low;
    while power <= high {
        let value = 10_f64.powf(power);
        let (x, y, anchor) = place(value);
        let (x1, y1, x2, y2) = rule(x);
        if x2 > 0.0 {
            let _ =
                writeln!(svg, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"#e4e4e4\"/>");
        }
        put(svg, x, y, anchor, &short(value));
        power += 1.0;
    }
}

/// 1, 10, 1k, 1M, 1G.
fn short(value: f64) -> String {
    match value {
        value if value >= 1e9 => format!("{}G", value / 1e9),
        value if value >= 1e6 => format!("{}M", value / 1e6),
        value if value >= 1e3 => format!("{}k", value / 1e3),
        value => format!("{value}"),
    }
}

fn open(title: &str, height: f64) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    let _ = writeln!(svg, "<text x=\"12\" y=\"24\" font-size=\"15\" font-weight=\"bold\">{}</text>", escaped(title));
    svg
}

fn put(svg: &mut String, x: f64, y: f64, anchor: &str, text: &str) {
    let text = escaped(text);
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_is_the_largest_value() {
        let bar = |label: &str, value| Bar { label: label.to_owned(), value, text: format!("{value}"), ours: false };
        let svg = bars("a < b", &[bar("one", 1.0), bar("two", 2.0)]);
        assert!(svg.contains("a &lt; b") && svg.contains("width=\"360.0\"") && svg.contains("width=\"180.0\""));
    }

    #[test]
    fn what_is_not_above_zero_has_no_place_on_a_logarithmic_scale() {
        let line = Line { label: "l".to_owned(), points: vec![(10.0, 0.0), (100.0, 5.0), (1_000.0, 50.0)] };
        let svg = lines("t", "x", &[line]);
        assert!(svg.contains("polyline") && !svg.contains("NaN") && !svg.contains("inf"));
        assert!(!lines("t", "x", &[]).contains("polyline"));
    }
}
