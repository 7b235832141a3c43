//! Opening a store: its file made ready, its worlds rebuilt, and a writer for them.

use super::file::{OpenError, complete_words, connect, keep_log, migrate};
use super::load::load;
use super::options::Options;
use super::slots::Slots;
use super::writer::Writer;
use rusqlite::OpenFlags;
use std::path::Path;
use std::sync::Arc;

/// The writing connection and the rebuilt worlds, without a thread: what simulations use.
pub fn open_writer(path: &Path, options: Options) -> Result<(Writer, Arc<Slots>), OpenError> {
    keep_log(path, &options)?;
    let mut db = connect(path, OpenFlags::default(), options.vfs())?;
    // STACK 2.4: a small page cache, since SQLite walks it at each commit; short checkpoints.
    db.busy_timeout(std::time::Duration::from_millis(options.busy_timeout_ms))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -1000; \
         PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;",
    )?;
    db.set_prepared_statement_cache_capacity(64);
    migrate(&mut db)?;
    if let Some(pages) = options.pages_max {
        db.pragma_update(None, "max_page_count", pages)?;
    }
    let slots = Arc::new(Slots::default());
    let words = complete_words(&db)?;
    load(&db, &words, path, &slots, &options)?;
    if let Some(listener) = &options.listener {
        for slot in slots.all() {
            let found = listener.found(&slot.world.name, &slot.state.read());
            found.map_err(OpenError::Unfit)?;
        }
    }
    let writer = Writer::new(db, words, Arc::clone(&slots), options)?;
    Ok((writer, slots))
}
