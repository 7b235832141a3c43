//! SQLite's file layer: a table of C functions, each of which only translates into a call of
//! [`State`](crate::disk::State).
//!
//! A layer is never taken out of SQLite again, since a connection may point to it; layers whose
//! disk is gone are used anew. A connection keeps its main file open, an open file keeps its disk,
//! so no layer changes its disk under a connection.

use crate::disk::{Call, Shared};
use crate::image::FileId;
use crate::locks::HandleId;
use parking_lot::Mutex;
use rusqlite::ffi;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::sync::{Arc, Weak};

/// The folder entry of a file of these kinds is synced with its first sync, if it was opened to be
/// made where it was not there: so SQLite's own layer does, whether or not it was there.
const LOGS: c_int =
    ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL;

/// The longest path, in bytes.
const PATH_MAX: c_int = 512;

/// A layer that SQLite knows for ever.
#[derive(Debug)]
struct Layer {
    name: CString,
    disk: Mutex<Weak<Shared>>,
}

/// Layers whose disk is gone.
static FREE: Mutex<Vec<&'static Layer>> = Mutex::new(Vec::new());
static MADE: AtomicUsize = AtomicUsize::new(0);

/// A disk's layer; free for another disk once it is dropped.
#[derive(Debug)]
pub(crate) struct Registration(&'static Layer);

impl Registration {
    pub(crate) fn of(disk: &Arc<Shared>) -> Self {
        let free = FREE.lock().pop();
        let layer = free.unwrap_or_else(new_layer);
        *layer.disk.lock() = Arc::downgrade(disk);
        Self(layer)
    }

    pub(crate) fn name(&self) -> &str {
        self.0.name.to_str().expect("it is ASCII")
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        FREE.lock().push(self.0);
    }
}

fn new_layer() -> &'static Layer {
    let name = format!("diskfault-{}", MADE.fetch_add(1, Ordering::Relaxed));
    let name = CString::new(name).expect("no zero in it");
    let layer: &'static Layer = Box::leak(Box::new(Layer { name, disk: Mutex::default() }));
    let vfs = Box::leak(Box::new(ffi::sqlite3_vfs {
        iVersion: 1,
        szOsFile: c_int::try_from(size_of::<OpenFile>()).expect("two words"),
        mxPathname: PATH_MAX,
        pNext: ptr::null_mut(),
        zName: layer.name.as_ptr(),
        pAppData: ptr::from_ref(layer).cast_mut().cast(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: None,
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: None,
        xCurrentTimeInt64: None,
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }));
    // SAFETY: the table and the name in it live for ever, and nobody else touches the table.
    let registered = unsafe { ffi::sqlite3_vfs_register(vfs, 0) };
    assert_eq!(registered, ffi::SQLITE_OK, "SQLite takes one more file layer");
    layer
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// What SQLite keeps of an open file: it begins as every `sqlite3_file` does.
#[repr(C)]
struct OpenFile {
    base: ffi::sqlite3_file,
    opened: *mut Opened,
}

/// What we keep of it.
struct Opened {
    disk: Arc<Shared>,
    file: FileId,
    handle: HandleId,
    /// It is a log or a journal.
    log: bool,
    /// The next sync syncs the folder too.
    names: bool,
}

/// The disk of a layer, unless it is gone.
///
/// # Safety
/// `vfs` is a table that [`new_layer`] made.
unsafe fn disk_of(vfs: *mut ffi::sqlite3_vfs) -> Option<Arc<Shared>> {
    // SAFETY: the table lives for ever, and so does the layer that it points to.
    let layer = unsafe { &*(*vfs).pAppData.cast::<Layer>() };
    layer.disk.lock().upgrade()
}

/// What we keep of a file.
///
/// # Safety
/// `file` was opened by [`open`] and is not closed; nobody else uses it at the same time, which
/// SQLite sees to with the connection's mutex.
unsafe fn opened<'f>(file: *mut ffi::sqlite3_file) -> &'f mut Opened {
    // SAFETY: `open` put it there, and `close` alone takes it away.
    unsafe { &mut *(*file.cast::<OpenFile>()).opened }
}

/// A name that SQLite hands us; it is UTF-8 and never null, as nobody opens nameless files here.
///
/// # Safety
/// `name` is null or ends with a zero.
unsafe fn text<'n>(name: *const c_char) -> Option<&'n str> {
    if name.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(name) }.to_str().ok()
}

/// A place in a file, or a length; SQLite's are never below zero.
fn size(number: i64) -> usize {
    usize::try_from(number).expect("not below zero")
}

fn code(answer: Result<(), c_int>) -> c_int {
    answer.err().unwrap_or(ffi::SQLITE_OK)
}

/// Hands a result over, or says why there is none.
///
/// # Safety
/// `out` may be written.
unsafe fn give<T>(answer: Result<T, c_int>, out: *mut T) -> c_int {
    match answer {
        Ok(value) => {
            // SAFETY: the caller's promise.
            unsafe { out.write(value) };
            ffi::SQLITE_OK
        }
        Err(code) => code,
    }
}

// SAFETY of all that follow: SQLite calls them as its documentation of `sqlite3_vfs` and
// `sqlite3_io_methods` says: with tables and files of ours, and buffers of the lengths it names.

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let file = file.cast::<OpenFile>();
    // SAFETY: SQLite gives room for an `OpenFile`; without methods it does not close a failed one.
    unsafe { (*file).base.pMethods = ptr::null() };
    // SAFETY: see above.
    let (disk, name) = unsafe { (disk_of(vfs), text(name)) };
    let (Some(disk), Some(name)) = (disk, name) else { return ffi::SQLITE_CANTOPEN };
    let create = flags & ffi::SQLITE_OPEN_CREATE != 0;
    let found = disk.state().open(name, create);
    let (id, handle) = match found {
        Ok(found) => found,
        Err(code) => return code,
    };
    let log = flags & LOGS != 0;
    let opened = Box::new(Opened { disk, file: id, handle, log, names: create && log });
    // SAFETY: as above; `close` takes the box back.
    unsafe {
        (*file).opened = Box::into_raw(opened);
        (*file).base.pMethods = &raw const METHODS;
        if !flags_out.is_null() {
            *flags_out = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: see above.
    let (disk, name) = unsafe { (disk_of(vfs), text(name)) };
    let (Some(disk), Some(name)) = (disk, name) else { return ffi::SQLITE_IOERR_DELETE };
    let answer = disk.state().delete(name, sync != 0);
    code(answer)
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    _flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: see above.
    let (disk, name) = unsafe { (disk_of(vfs), text(name)) };
    let (Some(disk), Some(name)) = (disk, name) else { return ffi::SQLITE_IOERR_ACCESS };
    let answer = disk.state().access(name).map(c_int::from);
    // SAFETY: see above.
    unsafe { give(answer, out) }
}

unsafe extern "C" fn full_pathname(
    _vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    length: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: see above.
    let bytes = unsafe { CStr::from_ptr(name) }.to_bytes_with_nul();
    if bytes.len() > size(length.into()) {
        return ffi::SQLITE_CANTOPEN;
    }
    // SAFETY: there is room for so many, and a buffer of SQLite's own is not the name's.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len()) };
    ffi::SQLITE_OK
}

/// Nobody sleeps in a test: whoever waits for a lock asks again at once.
unsafe extern "C" fn sleep(_vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    std::thread::yield_now();
    microseconds
}

/// 2026-11-22, a Julian day: time stands still on a disk.
unsafe extern "C" fn current_time(_vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: see above.
    unsafe { give(Ok(2_461_366.5), out) }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: see above; it is the last call for this file, so the box is ours again.
    let opened = unsafe { Box::from_raw((*file.cast::<OpenFile>()).opened) };
    opened.disk.state().close(opened.file, opened.handle);
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    into: *mut c_void,
    length: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    // SAFETY: see above. The buffer may be fresh memory, so it is written before it is looked at.
    let into = unsafe {
        ptr::write_bytes(into.cast::<u8>(), 0, size(length.into()));
        std::slice::from_raw_parts_mut(into.cast::<u8>(), size(length.into()))
    };
    let call = if opened.log { Call::ReadLog } else { Call::Read };
    let answer = opened.disk.state().read(call, opened.file, into, size(offset));
    code(answer)
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    length: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    // SAFETY: see above.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), size(length.into())) };
    let answer = opened.disk.state().write(opened.file, bytes, size(offset));
    code(answer)
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: i64) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    let answer = opened.disk.state().truncate(opened.file, size(length));
    code(answer)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    let answer = opened.disk.state().sync(opened.file, opened.names);
    opened.names &= answer.is_err();
    code(answer)
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    let answer = opened.disk.state().file_size(opened.file);
    // SAFETY: see above.
    unsafe { give(answer.map(|bytes| i64::try_from(bytes).expect("it fits")), out) }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    let answer = opened.disk.state().lock(opened.handle, level);
    code(answer)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    opened.disk.state().unlock(opened.handle, level);
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    let answer = opened.disk.state().check_reserved_lock(opened.handle);
    // SAFETY: see above.
    unsafe { give(answer.map(c_int::from), out) }
}

unsafe extern "C" fn file_control(
    _file: *mut ffi::sqlite3_file,
    _operation: c_int,
    _argument: *mut c_void,
) -> c_int {
    ffi::SQLITE_NOTFOUND
}

/// As SQLite's own layer for Unix says.
unsafe extern "C" fn sector_size(_file: *mut ffi::sqlite3_file) -> c_int {
    4096
}

/// As SQLite's own layer for Unix says.
unsafe extern "C" fn device_characteristics(_file: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    place: c_int,
    bytes: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    let who = (opened.file, opened.handle);
    let (place, bytes) = (size(place.into()), size(bytes.into()));
    let answer = opened.disk.state().shm_map(who, place, bytes, extend != 0);
    let region = answer.map(|region| region.map_or(ptr::null_mut(), <*mut u64>::cast));
    // SAFETY: see above.
    unsafe { give(region, out) }
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    let places = ((1 << count) - 1) << first;
    let answer = opened.disk.state().shm_lock(opened.handle, places, flags);
    code(answer)
}

unsafe extern "C" fn shm_barrier(_file: *mut ffi::sqlite3_file) {
    fence(Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _remove: c_int) -> c_int {
    // SAFETY: see above.
    let opened = unsafe { opened(file) };
    opened.disk.state().shm_unmap(opened.file, opened.handle);
    ffi::SQLITE_OK
}
