//! What is said of a command that ends by itself: the end of what it printed. It has a process of its own, which
//! starts no other command.

use hostproof::{deploy, json};

#[cfg(unix)]
#[test]
fn the_end_of_what_it_said() {
    use std::os::unix::fs::PermissionsExt;

    let file = std::env::temp_dir().join(format!("hostproof-gone-{}", std::process::id()));
    let script = "#!/bin/sh\nhead -c 20000 /dev/zero | tr '\\0' x >&2\necho the end >&2\nsleep 1\nexit 3\n";
    std::fs::write(&file, script).unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o700)).unwrap();
    std::env::set_var("HOSTPROOF_BINARY", &file);
    let error = deploy("vercel", json!({})).unwrap_err().to_string();
    std::fs::remove_file(&file).unwrap();
    assert!(error.starts_with("hostproof is gone, with ") && error.contains("status: 3: x"), "{error}");
    assert!(error.ends_with("xthe end") && error.len() < 4100, "{error}");
}
