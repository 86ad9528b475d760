//! What a command line answered, and the questions tests ask of it.

use serde_json::Value;

/// Exit code and output of a finished command.
#[derive(Clone, Debug)]
pub struct Output {
    /// Exit code; 128 and the signal's number when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The command.
    pub what: String,
}

/// An error or a warning of a `-json` command.
#[derive(Clone, Debug)]
pub struct Problem {
    /// `error` or `warning`.
    pub severity: String,
    /// First line.
    pub summary: String,
    /// The sentences.
    pub detail: String,
    /// The lines of configuration that Terraform underlines.
    pub snippet: String,
}

impl Output {
    /// Both outputs, for searching and for failure messages.
    pub fn all(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }

    /// The command and all it said.
    pub fn transcript(&self) -> String {
        format!("$ {}\nexit code {}\n--- stdout\n{}\n--- stderr\n{}", self.what, self.code, self.stdout, self.stderr)
    }

    /// Itself when it ended with `code`.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.transcript());
        self
    }

    /// Itself when it says `fragment`. Terraform wraps lines, so white space and its box-drawing bar count as one blank.
    #[track_caller]
    pub fn expect_text(self, fragment: &str) -> Self {
        assert!(self.says(fragment), "It does not say {fragment:?}.\n{}", self.transcript());
        self
    }

    /// Itself when it does not say `fragment`.
    #[track_caller]
    pub fn expect_no_text(self, fragment: &str) -> Self {
        assert!(!self.says(fragment), "It says {fragment:?}.\n{}", self.transcript());
        self
    }

    /// Whether it says `fragment`, line ends aside.
    pub fn says(&self, fragment: &str) -> bool {
        unwrapped(&self.all()).contains(&unwrapped(fragment))
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{}", self.transcript()))
    }

    /// Errors and warnings of `validate -json` (one object) or of `plan -json` and `apply -json` (one object a line).
    pub fn problems(&self) -> Vec<Problem> {
        if let Ok(whole) = serde_json::from_str::<Value>(&self.stdout)
            && let Some(list) = whole["diagnostics"].as_array()
        {
            return list.iter().map(problem).collect();
        }
        let lines = self.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line["type"] == "diagnostic").map(|line| problem(&line["diagnostic"])).collect()
    }

    /// The errors among [`Self::problems`].
    pub fn errors(&self) -> Vec<Problem> {
        self.problems().into_iter().filter(|problem| problem.severity == "error").collect()
    }
}

fn problem(json: &Value) -> Problem {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Problem {
        severity: text(&json["severity"]),
        summary: text(&json["summary"]),
        detail: text(&json["detail"]),
        snippet: text(&json["snippet"]["code"]),
    }
}

fn unwrapped(text: &str) -> String {
    text.replace(['│', '╷', '╵'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}
