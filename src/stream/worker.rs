//! The disposable process: converts one page after the other and knows nothing but pages, options and fonts.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use super::answer::{Failure, Remark};
use super::frame::{self, READY, Reply, Request};
use crate::acquire::{Acquired, Recorded, Source};
use crate::batch::{WORKER_STACK, panic_message};
use crate::diagnostic::Diagnostics;
use crate::environment::Environment;
use crate::error::Error;
use crate::message::Describe;
use crate::pipeline::{Options, Pipeline};

/// Pages on their way from the pipe to the conversion: one is read while another is converted.
type Page = (Request, Vec<Vec<u8>>);

/// Answers the pages that come in through `input` until it ends. When it ends in the middle of a page, the supervisor
/// is gone and nobody wants the answer: `orphaned` is called, which should end the process, for the page may never end.
///
/// # Errors
/// If `input` is malformed or `output` cannot be written.
pub fn serve(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    options: Options,
    environment: Environment,
    orphaned: impl Fn() + Send + 'static,
) -> io::Result<()> {
    let busy = Arc::new(AtomicBool::new(false));
    let (sender, pages) = mpsc::sync_channel::<io::Result<Page>>(0);
    let reading = Arc::clone(&busy);
    thread::Builder::new().spawn(move || {
        let mut input = BufReader::with_capacity(64 << 10, input);
        loop {
            match page(&mut input) {
                Ok(Some(page)) => {
                    reading.store(true, Ordering::SeqCst);
                    if sender.send(Ok(page)).is_err() {
                        return;
                    }
                }
                end => {
                    if reading.load(Ordering::SeqCst) {
                        orphaned();
                    }
                    if let Err(error) = end {
                        let _ = sender.send(Err(error));
                    }
                    return;
                }
            }
        }
    })?;
    let converting = thread::Builder::new().stack_size(WORKER_STACK).spawn(move || -> io::Result<()> {
        let mut output = BufWriter::with_capacity(64 << 10, output);
        output.write_all(READY)?;
        output.flush()?;
        for page in pages {
            let (reply, outputs) = converted(page?, &options, &environment);
            // From here on the answer is as good as given: the end of the input is no accident any more.
            busy.store(false, Ordering::SeqCst);
            let parts: Vec<&[u8]> = outputs.iter().map(Vec::as_slice).collect();
            frame::write(&mut output, &reply, &parts)?;
        }
        Ok(())
    })?;
    converting.join().unwrap_or_else(|_| Err(io::Error::other("the conversion panicked")))
}

fn page(input: &mut impl Read) -> io::Result<Option<Page>> {
    let Some(request) = frame::read::<Request>(input)? else { return Ok(None) };
    let head = frame::part(input, request.http_head.unwrap_or(0))?;
    let page = frame::part(input, request.page)?;
    Ok(Some((request, vec![head, page])))
}

fn converted((request, parts): Page, options: &Options, environment: &Environment) -> (Reply, Vec<Vec<u8>>) {
    let [head, bytes] = <[Vec<u8>; 2]>::try_from(parts).unwrap_or_default();
    let page = Acquired {
        name: request.name,
        bytes,
        url: request.url.and_then(|url| url::Url::parse(&url).ok()),
        transport_charset: request.charset,
        captured: request.captured,
        http_head: request.http_head.map(|_| head),
        fetched: None,
    };
    let source = Source::Recorded(Arc::new(Recorded { page, files: Default::default() }));
    let mut pipeline = Pipeline::new(options, environment);
    // A panic costs the page and not the process.
    let result = catch_unwind(AssertUnwindSafe(|| pipeline.convert(&source)))
        .unwrap_or_else(|panic| Err(Error::Internal(panic_message(panic.as_ref()))));
    let diagnostics = remarks(&pipeline.diagnostics);
    match result {
        Ok((_, artifacts)) => {
            let outputs = artifacts
                .iter()
                .map(|artifact| (artifact.format.extension().to_owned(), artifact.bytes.len() as u64))
                .collect();
            let bytes = artifacts.into_iter().map(|artifact| artifact.bytes).collect();
            (Reply { error: None, diagnostics, outputs }, bytes)
        }
        Err(error) => {
            let error = Some(Failure::of(error.stage(), &error));
            (Reply { error, diagnostics, outputs: Vec::new() }, Vec::new())
        }
    }
}

fn remarks(diagnostics: &Diagnostics) -> Vec<Remark> {
    diagnostics
        .iter()
        .map(|diagnostic| Remark {
            code: diagnostic.code().to_owned(),
            severity: diagnostic.severity().name().to_owned(),
            message: diagnostic.to_string(),
        })
        .collect()
}
