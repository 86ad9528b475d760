//! The diagram in characters.

use super::{Arrow, Arrows};

/// Three boxes side by side, the labels between them, and the steps that leave one out above and below.
pub fn drawn(arrows: &Arrows) -> String {
    let left = Gap { up: &arrows.off_to_optional, down: &arrows.optional_to_off };
    let right = Gap { up: &arrows.optional_to_on, down: &arrows.on_to_optional };
    let above = lines(&arrows.off_to_on);
    let below = lines(&arrows.on_to_off);
    let ups = left.ups().max(right.ups());
    let inside = ups + 3 + left.downs().max(right.downs());
    let top = above.len() + 2;
    let bottom = top + inside + 1;

    let mut grid = Grid::default();
    let off = Box { column: 0, name: "OFF" };
    let optional = Box { column: off.end() + left.width(), name: "OPTIONAL" };
    let on = Box { column: optional.end() + right.width(), name: "ON" };
    for state in [&off, &optional, &on] {
        state.draw(&mut grid, top, bottom);
    }
    left.draw(&mut grid, off.end(), top, ups);
    right.draw(&mut grid, optional.end(), top, ups);

    let (start, end) = (off.middle(), on.middle());
    let across = "─".repeat(end - start - 1);
    centred(&mut grid, 0, start, end, &above);
    grid.put(above.len(), start, &format!("╭{across}╮"));
    grid.put(above.len() + 1, start, "│");
    grid.put(above.len() + 1, end, "▼");
    grid.put(top, start, "┴");
    grid.put(bottom, end, "┬");
    grid.put(bottom + 1, start, "▲");
    grid.put(bottom + 1, end, "│");
    grid.put(bottom + 2, start, &format!("╰{across}╯"));
    centred(&mut grid, bottom + 3, start, end, &below);
    grid.text()
}

/// The outcome and the rules on one line, for the long arrows.
fn lines(arrow: &Arrow) -> Vec<String> {
    arrow.lines().into_iter().map(|(line, _)| line).collect()
}

fn centred(grid: &mut Grid, row: usize, start: usize, end: usize, lines: &[String]) {
    for (row, line) in (row..).zip(lines) {
        grid.put(row, start + (end - start).saturating_sub(line.chars().count()) / 2, line);
    }
}

/// A state.
struct Box {
    column: usize,
    name: &'static str,
}

impl Box {
    fn inner(&self) -> usize {
        self.name.len() + 2
    }

    /// The first column behind it.
    fn end(&self) -> usize {
        self.column + self.inner() + 2
    }

    fn middle(&self) -> usize {
        self.column + self.inner().div_ceil(2)
    }

    fn draw(&self, grid: &mut Grid, top: usize, bottom: usize) {
        let edge = "─".repeat(self.inner());
        grid.put(top, self.column, &format!("┌{edge}┐"));
        for row in top + 1..bottom {
            grid.put(row, self.column, &format!("│{}│", " ".repeat(self.inner())));
        }
        grid.put(bottom, self.column, &format!("└{edge}┘"));
        grid.put((top + bottom) / 2, self.column + 2, self.name);
    }
}

/// What is between two boxes.
struct Gap<'a> {
    up: &'a Arrow,
    down: &'a Arrow,
}

impl Gap<'_> {
    fn ups(&self) -> usize {
        self.up.lines().len()
    }

    fn downs(&self) -> usize {
        self.down.lines().len()
    }

    fn width(&self) -> usize {
        let longest = self.up.lines().into_iter().chain(self.down.lines()).map(|(line, _)| line.chars().count()).max();
        longest.unwrap_or_default() + 4
    }

    fn draw(&self, grid: &mut Grid, column: usize, top: usize, ups: usize) {
        let shaft = "─".repeat(self.width() - 1);
        for (row, (line, _)) in (top + 1 + ups - self.ups()..).zip(self.up.lines()) {
            grid.put(row, column + 2, &line);
        }
        grid.put(top + 1 + ups, column, &format!("{shaft}►"));
        grid.put(top + 3 + ups, column, &format!("◄{shaft}"));
        for (row, (line, _)) in (top + 4 + ups..).zip(self.down.lines()) {
            grid.put(row, column + 2, &line);
        }
    }
}

/// Characters by row and column.
#[derive(Default)]
struct Grid(Vec<Vec<char>>);

impl Grid {
    fn put(&mut self, row: usize, column: usize, text: &str) {
        if self.0.len() <= row {
            self.0.resize(row + 1, Vec::new());
        }
        let line = &mut self.0[row];
        let end = column + text.chars().count();
        if line.len() < end {
            line.resize(end, ' ');
        }
        for (place, character) in line[column..].iter_mut().zip(text.chars()) {
            *place = character;
        }
    }

    fn text(&self) -> String {
        let lines = self.0.iter().map(|line| line.iter().collect::<String>().trim_end().to_owned());
        lines.collect::<Vec<_>>().join("\n")
    }
}
