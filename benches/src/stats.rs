//! Figures of repetitions: median, spread, percentiles; and how they are written.

/// Numbers of the same measurement, repeated.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Series(pub Vec<f64>);

impl Series {
    /// One more repetition.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The value below which the share `at` (0 to 1) of all values lies; 0 of nothing.
    #[must_use]
    pub fn percentile(&self, at: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let index = (last as f64 * at).round() as usize;
        sorted.get(index).copied().unwrap_or(0.0)
    }

    /// The middle value.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.percentile(0.5)
    }

    /// Median, and least to greatest where there is more than one value, with `digits` decimals.
    #[must_use]
    pub fn show(&self, digits: usize) -> String {
        let (low, high) = (self.percentile(0.0), self.percentile(1.0));
        let median = number(self.median(), digits);
        if self.0.len() < 2 { median } else { format!("{median} ({}..{})", number(low, digits), number(high, digits)) }
    }
}

/// A number with `digits` decimals and thousands apart.
#[must_use]
pub fn number(value: f64, digits: usize) -> String {
    let plain = format!("{value:.digits$}");
    let (whole, rest) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let digits_of = whole.trim_start_matches('-');
    let mut grouped = String::new();
    for (index, digit) in digits_of.chars().enumerate() {
        if index > 0 && (digits_of.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if whole.starts_with('-') { "-" } else { "" };
    rest.map_or_else(|| format!("{sign}{grouped}"), |rest| format!("{sign}{grouped}.{rest}"))
}

/// Bytes in a count that can be read: B, KB or MB of 1,000.
#[must_use]
pub fn bytes(value: f64) -> String {
    match value {
        value if value < 10_000.0 => format!("{} B", number(value, 0)),
        value if value < 1_000_000.0 => format!("{} KB", number(value / 1e3, 1)),
        value => format!("{} MB", number(value / 1e6, 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_three_is_the_second() {
        let series = Series(vec![3.0, 1.0, 2.0]);
        assert_eq!(series.show(1), "2.0 (1.0..3.0)");
        assert_eq!(Series(vec![7.0]).show(0), "7");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(number(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(number(-999.0, 0), "-999");
        assert_eq!(number(-1_000.0, 0), "-1,000");
        assert_eq!(bytes(9_999.0), "9,999 B");
        assert_eq!(bytes(12_345_678.0), "12.35 MB");
    }
}
