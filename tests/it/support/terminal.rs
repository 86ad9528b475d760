//! A command that believes it talks to a person: its output goes to a terminal of a given width.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Runs a command on a terminal with this many columns and returns all it showed there, without colours. It is killed, and the
/// test fails, when the limit passes.
pub fn shown(mut command: Command, columns: u16, limit: Duration) -> String {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    tcsetwinsize(&controller, Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap().into_string().unwrap();
    let terminal = File::options().read(true).write(true).open(name).unwrap();
    command.stdin(Stdio::null()).stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut child = command.spawn().unwrap_or_else(|error| panic!("Unable to start {command:?}: {error}"));
    // The command holds the terminal open as well; without it, the last process that has it ends the reading.
    drop(command);
    let reading = std::thread::spawn(move || read(File::from(controller)));
    let end = Instant::now() + limit;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > end {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it was not done after {limit:?}:\n{}", reading.join().unwrap());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    reading.join().unwrap()
}

/// Reads until nobody has the terminal any more, which Linux tells by an error.
fn read(mut controller: File) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = controller.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..count]);
    }
    uncoloured(&String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
}

/// Without the sequences that set colours.
fn uncoloured(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

#[test]
fn a_terminal_has_its_width_and_no_colours() {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "test -t 1 && test -t 2 && printf '\\033[1mbold\\033[0m\\n' && stty size <&1"]);
    assert_eq!(shown(command, 80, Duration::from_secs(60)), "bold\n50 80\n");
}
