//! What a disk holds, as far as a power cut is concerned: of each file what is durable, and what
//! was done to it since; of each name the same. Values only; nothing here knows SQLite.

use crate::choice::Choice;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file's number on its disk, whatever it is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FileId(usize);

/// Something that was done to a disk, in the order in which it was done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// The next file was made, under this name.
    Create(Arc<str>),
    /// A name was removed. `true`: and the folder was synced.
    Remove(Arc<str>, bool),
    /// Bytes were written.
    Write {
        /// Where.
        file: FileId,
        /// From which byte on.
        offset: usize,
        /// What.
        bytes: Arc<[u8]>,
    },
    /// A file was cut to this many bytes.
    Truncate(FileId, usize),
    /// A file was synced. `true`: and its folder too.
    Sync(FileId, bool),
    /// A sync failed: by a choice of this seed some of what it was to make durable is, the rest
    /// never will be, though reads go on to see it. So Linux does, which forgets what it could not
    /// write.
    SyncFailed(FileId, u64),
}

impl Effect {
    /// Whether it changed what a power cut leaves: a write or a sync in the wide sense.
    pub const fn is_sync(&self) -> bool {
        matches!(self, Self::Sync(..) | Self::SyncFailed(..) | Self::Remove(_, true))
    }
}

/// A change to a file that no sync has made durable.
#[derive(Clone, Debug)]
enum Pending {
    Write(usize, Arc<[u8]>),
    Truncate(usize),
}

/// A file.
#[derive(Clone, Debug, Default)]
struct Content {
    durable: Vec<u8>,
    seen: Vec<u8>,
    pending: Vec<Pending>,
}

/// What a name has stood for since its folder was last synced; the first is durable.
type Name = Vec<Option<FileId>>;

/// What a disk holds. All names lie in one folder: syncing it makes all of them durable.
#[derive(Clone, Debug, Default)]
pub struct Image {
    files: Vec<Content>,
    names: BTreeMap<Arc<str>, Name>,
}

/// Writes into bytes, zeros filling what lies between.
fn put(into: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if into.len() < end {
        into.resize(end, 0);
    }
    into[offset..end].copy_from_slice(bytes);
}

impl Content {
    fn put(&mut self, offset: usize, bytes: &Arc<[u8]>) {
        put(&mut self.seen, offset, bytes);
        self.pending.push(Pending::Write(offset, Arc::clone(bytes)));
    }

    fn truncate(&mut self, length: usize) {
        self.seen.resize(length, 0);
        self.pending.push(Pending::Truncate(length));
    }

    /// Makes what was not synced durable as far as the choice keeps it.
    fn settle(&mut self, choice: &mut Choice) {
        for pending in std::mem::take(&mut self.pending) {
            match pending {
                Pending::Write(offset, bytes) => {
                    for part in choice.parts(offset, bytes.len()) {
                        put(&mut self.durable, offset + part.start, &bytes[part]);
                    }
                }
                Pending::Truncate(length) if choice.keeps() => self.durable.resize(length, 0),
                Pending::Truncate(_) => {}
            }
        }
    }
}

impl Image {
    /// Does to it what was done.
    pub fn apply(&mut self, effect: &Effect) {
        match effect {
            Effect::Create(name) => {
                let file = FileId(self.files.len());
                self.files.push(Content::default());
                self.name(name).push(Some(file));
            }
            Effect::Remove(name, synced) => {
                self.name(name).push(None);
                if *synced {
                    self.sync_names();
                }
            }
            Effect::Write { file, offset, bytes } => self.files[file.0].put(*offset, bytes),
            Effect::Truncate(file, length) => self.files[file.0].truncate(*length),
            Effect::Sync(file, names) => {
                self.files[file.0].settle(&mut Choice::keep());
                if *names {
                    self.sync_names();
                }
            }
            Effect::SyncFailed(file, seed) => {
                self.files[file.0].settle(&mut Choice::seeded(*seed));
            }
        }
    }

    fn name(&mut self, name: &Arc<str>) -> &mut Name {
        self.names.entry(Arc::clone(name)).or_insert_with(|| vec![None])
    }

    fn sync_names(&mut self) {
        for name in self.names.values_mut() {
            let last = name.pop().expect("a name has stood for something");
            *name = vec![last];
        }
    }

    /// What is there when power comes back.
    #[must_use]
    pub fn after_power_cut(&self, choice: &mut Choice) -> Self {
        let mut after = Self::default();
        for (name, stood_for) in &self.names {
            let Some(file) = *choice.one_of(stood_for) else { continue };
            let mut content = self.files[file.0].clone();
            content.settle(choice);
            content.seen.clone_from(&content.durable);
            after.names.insert(Arc::clone(name), vec![Some(FileId(after.files.len()))]);
            after.files.push(content);
        }
        after
    }

    /// The file of this name.
    pub fn find(&self, name: &str) -> Option<FileId> {
        *self.names.get(name)?.last()?
    }

    /// The number that the next file gets.
    pub(crate) fn next_file(&self) -> FileId {
        FileId(self.files.len())
    }

    /// What reads of a file see.
    pub fn bytes(&self, file: FileId) -> &[u8] {
        &self.files[file.0].seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = FileId(0);

    fn write(offset: usize, bytes: &[u8]) -> Effect {
        Effect::Write { file: FILE, offset, bytes: bytes.into() }
    }

    fn image(effects: &[Effect]) -> Image {
        let mut image = Image::default();
        for effect in effects {
            image.apply(effect);
        }
        image
    }

    fn after(effects: &[Effect], choice: &mut Choice) -> Option<Vec<u8>> {
        let after = image(effects).after_power_cut(choice);
        Some(after.bytes(after.find("a")?).to_vec())
    }

    #[test]
    fn what_was_synced_survives_and_the_rest_is_chosen() {
        let create = Effect::Create("a".into());
        let effects = [create, write(0, b"old"), Effect::Sync(FILE, true), write(1, b"new!")];
        assert_eq!(image(&effects).bytes(FILE), b"onew!", "reads see everything");
        assert_eq!(after(&effects, &mut Choice::lose()).as_deref(), Some(&b"old"[..]));
        assert_eq!(after(&effects, &mut Choice::keep()).as_deref(), Some(&b"onew!"[..]));
    }

    #[test]
    fn a_later_write_may_be_kept_where_an_earlier_one_is_lost() {
        let effects =
            [Effect::Create("a".into()), Effect::Sync(FILE, true), write(0, b"1"), write(1, b"2")];
        let lost_first = |seed| after(&effects, &mut Choice::seeded(seed)) == Some(b"\x002".into());
        assert!((0..200).any(lost_first));
    }

    #[test]
    fn a_file_whose_folder_was_not_synced_may_be_gone_and_a_removed_one_back() {
        let create = Effect::Create("a".into());
        let made = [create, write(0, b"x"), Effect::Sync(FILE, false)];
        assert_eq!(after(&made, &mut Choice::lose()), None);
        let [create, written, _] = made;
        let durable = [create, written, Effect::Sync(FILE, true)];
        let removed = |synced| {
            let mut effects = durable.to_vec();
            effects.push(Effect::Remove("a".into(), synced));
            effects
        };
        assert_eq!(after(&removed(false), &mut Choice::lose()).as_deref(), Some(&b"x"[..]));
        assert_eq!(after(&removed(true), &mut Choice::lose()), None);
    }

    #[test]
    fn what_a_failed_sync_could_not_write_no_later_sync_writes() {
        let seed = (0..100).find(|seed| Choice::seeded(*seed).parts(0, 1).is_empty());
        let seed = seed.expect("one of them loses it");
        let effects = [
            Effect::Create("a".into()),
            Effect::Sync(FILE, true),
            write(0, b"x"),
            Effect::SyncFailed(FILE, seed),
            Effect::Sync(FILE, true),
        ];
        assert_eq!(image(&effects).bytes(FILE), b"x");
        assert_eq!(after(&effects, &mut Choice::keep()).as_deref(), Some(&b""[..]));
    }
}
