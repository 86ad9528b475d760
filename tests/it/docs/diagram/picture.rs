//! The diagram as an SVG picture.

use std::fmt::Write;

use cognitomfa::rules::Profile;
use cognitomfa::rules::matrix::Outcome;

use super::{Arrow, Arrows};

const FONT: &str = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";
const MONOSPACE: &str = "ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace";
/// Width of a character of 13 pixels in a wide monospace font.
const CHARACTER: usize = 8;
const LINE: usize = 19;
const MARGIN: usize = 32;
const TITLE: usize = 64;
const STATE: usize = 148;
const NARROWEST_GAP: usize = 150;
/// Between a text and the arrow it belongs to.
const AIR: usize = 10;
/// How far the long arrows keep off the boxes.
const CLEARANCE: usize = 40;

/// The picture, on a ground of its own so that it can be read on light and dark pages.
pub fn drawn(arrows: &Arrows, profile: Profile) -> String {
    let gap = |up: &Arrow, down: &Arrow| {
        let longest = up.lines().into_iter().chain(down.lines()).map(|(line, _)| line.chars().count()).max().unwrap_or_default();
        NARROWEST_GAP.max(longest * CHARACTER + 4 * AIR)
    };
    let (left, right) =
        (gap(&arrows.off_to_optional, &arrows.optional_to_off), gap(&arrows.optional_to_on, &arrows.on_to_optional));
    let height = |one: &Arrow, other: &Arrow| one.lines().len().max(other.lines().len()) * LINE + AIR;
    let ups = height(&arrows.off_to_optional, &arrows.optional_to_on);
    let downs = height(&arrows.optional_to_off, &arrows.on_to_optional);
    let between = 36;

    let top = TITLE + arrows.off_to_on.lines().len() * LINE + AIR + CLEARANCE;
    let box_height = ups + between + downs + 2 * AIR;
    let bottom = top + box_height;
    let columns = [MARGIN, MARGIN + STATE + left, MARGIN + 2 * STATE + left + right];
    let width = columns[2] + STATE + MARGIN;
    let foot = bottom + CLEARANCE + AIR + arrows.on_to_off.lines().len() * LINE + 44;
    let total = foot + 28;

    let mut svg = Svg(String::new());
    svg.head(width, total, profile);
    for (name, column, note) in [
        ("OFF", columns[0], "no second factor"),
        ("OPTIONAL", columns[1], "who has set one up"),
        ("ON", columns[2], "every user"),
    ] {
        svg.state(name, note, column, top, box_height);
    }
    let up = top + AIR + ups;
    let down = up + between;
    for (from, to, one, other) in [
        (columns[0] + STATE, columns[1], &arrows.off_to_optional, &arrows.optional_to_off),
        (columns[1] + STATE, columns[2], &arrows.optional_to_on, &arrows.on_to_optional),
    ] {
        let middle = (from + to) / 2;
        svg.arrow(&format!("M{from} {up} H{}", to - 7), one.outcome);
        svg.label(one, middle, up - AIR - (one.lines().len() - 1) * LINE);
        svg.arrow(&format!("M{to} {down} H{}", from + 7), other.outcome);
        svg.label(other, middle, down + AIR + 13);
    }
    let (start, end) = (columns[0] + STATE / 2, columns[2] + STATE / 2);
    let middle = (start + end) / 2;
    let (above, below) = (top - CLEARANCE, bottom + CLEARANCE);
    let round = 16;
    svg.arrow(
        &format!(
            "M{start} {top} V{} Q{start} {above} {} {above} H{} Q{end} {above} {end} {} V{}",
            above + round,
            start + round,
            end - round,
            above + round,
            top - 7
        ),
        arrows.off_to_on.outcome,
    );
    svg.label(&arrows.off_to_on, middle, above - AIR - (arrows.off_to_on.lines().len() - 1) * LINE);
    svg.arrow(
        &format!(
            "M{end} {bottom} V{} Q{end} {below} {} {below} H{} Q{start} {below} {start} {} V{}",
            below - round,
            end - round,
            start + round,
            below - round,
            bottom + 7
        ),
        arrows.on_to_off.outcome,
    );
    svg.label(&arrows.on_to_off, middle, below + AIR + 13);
    svg.legend(foot, width);
    svg.0.push_str("</svg>\n");
    svg.0
}

fn class(outcome: Outcome) -> &'static str {
    outcome.as_str()
}

struct Svg(String);

impl Svg {
    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{text}").unwrap();
    }

    fn head(&mut self, width: usize, height: usize, profile: Profile) {
        let profile = profile.as_str();
        self.line(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-labelledby=\"title\">"
        ));
        self.line(format_args!("  <title id=\"title\">Steps between MFA modes in profile {profile}</title>"));
        self.line(format_args!("  <style>"));
        self.line(format_args!("    text {{ font-family: {FONT}; fill: #1f2733; }}"));
        self.line(format_args!("    .rule {{ font: 13px {MONOSPACE}; text-anchor: middle; }}"));
        self.line(format_args!("    .outcome {{ font-size: 14px; font-weight: 600; text-anchor: middle; }}"));
        self.line(format_args!("    .name {{ font-size: 20px; font-weight: 700; text-anchor: middle; }}"));
        self.line(format_args!("    .note {{ font-size: 12px; fill: #5b6675; text-anchor: middle; }}"));
        self.line(format_args!("    .small {{ font-size: 13px; fill: #5b6675; }}"));
        self.line(format_args!("    .arrow {{ fill: none; stroke-width: 2.5; }}"));
        for (outcome, colour) in COLOURS {
            let name = class(outcome);
            self.line(format_args!("    .arrow.{name} {{ stroke: {colour}; marker-end: url(#{name}); }}"));
            self.line(format_args!("    text.{name} {{ fill: {colour}; }}"));
        }
        self.line(format_args!("  </style>"));
        self.line(format_args!("  <defs>"));
        for (outcome, colour) in COLOURS {
            let name = class(outcome);
            self.line(format_args!(
                "    <marker id=\"{name}\" viewBox=\"0 0 12 12\" refX=\"5\" refY=\"6\" markerWidth=\"12\" markerHeight=\"12\" \
                 markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0 L12 6 L0 12 Z\" fill=\"{colour}\"/></marker>"
            ));
        }
        self.line(format_args!("  </defs>"));
        self.line(format_args!("  <rect width=\"{width}\" height=\"{height}\" rx=\"12\" fill=\"#ffffff\"/>"));
        self.line(format_args!(
            "  <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"12\" fill=\"none\" stroke=\"#d5dbe3\"/>",
            width - 1,
            height - 1
        ));
        self.line(format_args!(
            "  <text x=\"{MARGIN}\" y=\"38\" font-size=\"17\" font-weight=\"600\">Steps between MFA modes, profile \
             \u{201c}{profile}\u{201d}</text>"
        ));
    }

    fn state(&mut self, name: &str, note: &str, x: usize, y: usize, height: usize) {
        let (middle, centre) = (x + STATE / 2, y + height / 2);
        self.line(format_args!(
            "  <rect x=\"{x}\" y=\"{y}\" width=\"{STATE}\" height=\"{height}\" rx=\"10\" fill=\"#f2f5f9\" stroke=\"#8593a6\" \
             stroke-width=\"1.5\"/>"
        ));
        self.line(format_args!("  <text class=\"name\" x=\"{middle}\" y=\"{centre}\">{name}</text>"));
        self.line(format_args!("  <text class=\"note\" x=\"{middle}\" y=\"{}\">{note}</text>", centre + 20));
    }

    fn arrow(&mut self, path: &str, outcome: Outcome) {
        self.line(format_args!("  <path class=\"arrow {}\" d=\"{path}\"/>", class(outcome)));
    }

    /// The lines of an arrow's label; `y` is the first one's base.
    fn label(&mut self, arrow: &Arrow, x: usize, y: usize) {
        for (number, (line, outcome)) in arrow.lines().into_iter().enumerate() {
            let kind = if number == 0 { "outcome" } else { "rule" };
            self.line(format_args!(
                "  <text class=\"{kind} {}\" x=\"{x}\" y=\"{}\">{line}</text>",
                class(outcome),
                y + number * LINE
            ));
        }
    }

    fn legend(&mut self, y: usize, width: usize) {
        let mut x = MARGIN;
        for (outcome, colour) in COLOURS {
            self.line(format_args!("  <path d=\"M{x} {} h26\" stroke=\"{colour}\" stroke-width=\"2.5\"/>", y - 4));
            self.line(format_args!("  <text class=\"small\" x=\"{}\" y=\"{y}\">{}</text>", x + 34, outcome.as_str()));
            x += 110;
        }
        self.line(format_args!(
            "  <text class=\"small\" x=\"{}\" y=\"{y}\" text-anchor=\"end\">* depends on the pool or the request</text>",
            width - MARGIN
        ));
    }
}

/// Colours that those who see no red or no green can tell apart as well.
const COLOURS: [(Outcome, &str); 3] =
    [(Outcome::Allowed, "#1a7f5a"), (Outcome::Warned, "#8f5a0a"), (Outcome::Refused, "#c62f3b")];

#[cfg(test)]
mod tests {
    /// Relative luminance of a colour such as `#1f2733`, as WCAG has it.
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        let linear = |value: f64| if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(channel(1)) + 0.7152 * linear(channel(3)) + 0.0722 * linear(channel(5))
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_text_of_the_picture_can_be_read() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
        let picture = include_str!("../../../../assets/mfa-transitions.svg");
        let styles = picture.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let of_texts = styles.lines().filter(|line| !line.contains(".arrow"));
        let colours: Vec<&str> = of_texts.filter_map(|line| line.split_once("fill: ")?.1.get(..7)).collect();
        assert!(colours.len() >= 6, "{colours:?}");
        for colour in colours {
            for ground in ["#ffffff", "#f2f5f9"] {
                assert!(contrast(colour, ground) >= 4.5, "{colour} on {ground}: {:.2}", contrast(colour, ground));
            }
        }
    }
}
