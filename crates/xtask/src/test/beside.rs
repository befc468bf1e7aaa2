//! A step that runs beside those before it, as a process of its own whose words are kept until it is its turn: the web app
//! is compiled by one processor for most of its time.

use crate::command::{line, program, root};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::process::{Child, Command};

/// A step under way.
pub(super) struct Beside {
    pub(super) name: &'static str,
    line: String,
    child: Child,
}

impl Beside {
    /// Begins it.
    pub(super) fn begin(name: &'static str) -> Result<Beside> {
        let (folder, words) = (root().join("target"), kept(name));
        std::fs::create_dir_all(&folder)?;
        let out = File::create(&words).with_context(|| format!("cannot write {}", words.display()))?;
        let mut command: Command = program(std::env::current_exe()?);
        command.args(["test", "--only", name]).stdout(out.try_clone()?).stderr(out);
        let line = line(&command);
        let child = command.spawn().with_context(|| format!("cannot start `{line}`"))?;
        Ok(Beside { name, line, child })
    }

    /// Waits for its end and says what it said.
    pub(super) fn end(mut self) -> Result<()> {
        let status = self.child.wait()?;
        eprint!("{}", std::fs::read_to_string(kept(self.name))?);
        if !status.success() {
            bail!("`{}` failed ({status})", self.line);
        }
        Ok(())
    }
}

impl Drop for Beside {
    /// Where another step failed nobody waits for this one. The compiler it called ends what it began, and the next run finds
    /// that done.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where its words are kept.
fn kept(name: &str) -> std::path::PathBuf {
    root().join("target").join(format!("{name}.log"))
}
