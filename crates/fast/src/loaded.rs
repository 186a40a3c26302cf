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
