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
            let _ = writeln!(std::io::stderr(), "{error:#}");
            ExitCode::FAILURE
        }
    }
}
