//! Text for a person: how wide the terminal is, lines that fit into it, and where they go.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Columns where nothing tells how many there are.
const USUAL: usize = 80;
/// Prose in longer lines is hard to read, and in shorter ones it falls apart.
const READABLE: std::ops::RangeInclusive<usize> = 40..=100;

/// Columns to write prose in: those of the terminal on standard output, within what can be read; 80 where there is none.
pub fn width() -> usize {
    columns().map_or(USUAL, |columns| columns.clamp(*READABLE.start(), *READABLE.end()))
}

#[cfg(unix)]
fn columns() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

#[cfg(not(unix))]
fn columns() -> Option<usize> {
    None
}

/// Writes text to standard output. A reader that has seen enough, such as `head`, is no failure.
pub fn print(text: &str) -> ExitCode {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            // Nowhere else is left when standard error is closed as well.
            let _ = writeln!(io::stderr(), "Unable to write to standard output: {error}.");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

/// One paragraph in lines of at most `width` characters, the first after `first` and the others after `rest`. A word that is
/// too long has a line of its own.
pub fn wrapped(text: &str, width: usize, first: &str, rest: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line);
    lines.join("\n")
}

/// Rows below each other, each column as wide as its widest cell and two blanks apart.
pub fn columned(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let wide = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..count).map(|column| wide(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{columned, wrapped};

    #[test]
    fn lines_are_as_long_as_they_may_be() {
        assert_eq!(wrapped("one two three", 7, "", ""), "one two\nthree");
        assert_eq!(wrapped("one two three", 6, "", ""), "one\ntwo\nthree");
        assert_eq!(wrapped("a  b\nc", 80, "", ""), "a b c");
        assert_eq!(wrapped("", 80, "- ", "  "), "- ");
    }

    #[test]
    fn further_lines_hang_below_the_first() {
        assert_eq!(wrapped("one two three", 9, "- ", "  "), "- one two\n  three");
        assert_eq!(wrapped("uncommonly long", 4, "  ", "  "), "  uncommonly\n  long");
    }

    #[test]
    fn characters_are_counted_rather_than_bytes() {
        assert_eq!(wrapped("äöü äöü", 7, "", ""), "äöü äöü");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["a", "ü", "x"]), row(["long", "", "y"]), row(["b", "cd", ""])];
        assert_eq!(columned(&rows), "a     ü   x\nlong      y\nb     cd\n");
    }
}
