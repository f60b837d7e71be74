//! Parses the command line, installs telemetry, runs, and maps the result to an exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use tuanqing::cli::Arguments;
use tuanqing::telemetry;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from).and_then(
            |runtime| {
                telemetry::install_panic_hook();
                telemetry::install_logs()?;
                runtime.block_on(arguments.run(&mut std::io::stdout()))
            },
        );
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // the reader of this line is at a terminal or reads the journal
            let _ = writeln!(std::io::stderr(), "{}", whole(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its sources, each said once: some repeat what lies beneath them.
fn whole(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !said.contains(&cause) {
            said = if said.is_empty() { cause } else { format!("{said}：{cause}") };
        }
    }
    said
}
