//! Keeps the addon in the process once it is loaded. Node.js unloads it together with the last thread that loaded it, and
//! the sequence would be lost: the next thread to load it would issue the same run IDs again. On Linux, a linker option
//! prevents that.

/// Keeps the addon loaded until the process ends.
#[cfg(windows)]
pub fn keep_loaded() {
    use std::ptr;
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };

    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
    let mut module = ptr::null_mut();
    // SAFETY: instead of a name it is given the address of a function in this module, and it writes to `module` alone.
    unsafe { GetModuleHandleExW(flags, keep_loaded as fn() as *const u16, &raw mut module) };
}

/// Keeps the addon loaded until the process ends.
#[cfg(target_os = "macos")]
pub fn keep_loaded() {
    use std::mem::MaybeUninit;

    let mut found = MaybeUninit::<libc::Dl_info>::uninit();
    // SAFETY: the address is that of a function in this module, and there is room for the answer.
    if unsafe { libc::dladdr(keep_loaded as fn() as *const libc::c_void, found.as_mut_ptr()) } == 0 {
        return;
    }
    // SAFETY: dladdr has filled it in.
    let name = unsafe { found.assume_init() }.dli_fname;
    // SAFETY: the name is that of this module, which is loaded.
    unsafe { libc::dlopen(name, libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE) };
}

/// Keeps the addon loaded until the process ends.
#[cfg(not(any(windows, target_os = "macos")))]
pub fn keep_loaded() {}

/// The paths of the libraries that the process has loaded, as they were given to the loader; none where it does not list them.
#[cfg(target_os = "linux")]
#[must_use]
pub fn loaded_files() -> Vec<String> {
    use std::ffi::{CStr, c_int, c_void};

    unsafe extern "C" fn note(library: *mut libc::dl_phdr_info, _: usize, files: *mut c_void) -> c_int {
        // SAFETY: the loader passes a library for the time of the call, and what it was given for it.
        let (name, files) = unsafe { ((*library).dlpi_name, &mut *files.cast::<Vec<String>>()) };
        if !name.is_null() {
            // SAFETY: the name is a C string of the loader, which keeps it as long as the library.
            files.push(unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned());
        }
        0
    }

    let mut files = Vec::new();
    // SAFETY: the function is called before this returns, with a pointer to this very list.
    unsafe { libc::dl_iterate_phdr(Some(note), (&raw mut files).cast()) };
    files
}

/// The paths of the libraries that the process has loaded, as they were given to the loader; none where it does not list them.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn loaded_files() -> Vec<String> {
    Vec::new()
}
