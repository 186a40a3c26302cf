//! The service to which a process belongs.

/// The service in a process's name: what precedes `@` in `service@host/pid/proc`, or else the whole name.
#[must_use]
pub fn service_of(process: &str) -> &str {
    let Some((service, rest)) = process.rsplit_once('@') else { return process };
    let mut parts = rest.split('/').skip(1);
    let is_pid = |pid: &str| pid == "-" || pid.bytes().all(|byte| byte.is_ascii_digit());
    match (parts.next(), parts.next(), parts.next()) {
        (Some(pid), Some(_), None) if is_pid(pid) => service,
        _ => process,
    }
}

#[cfg(test)]
mod tests {
    use super::service_of;

    #[test]
    fn only_an_event_names_more_than_the_service() {
        for (process, service) in [
            ("api@web-1/7/0a1b2c3d", "api"),
            ("@acme/api@web-1/7/0a1b2c3d", "@acme/api"),
            ("me@home@web-1/-/-", "me@home"),
            ("web-1/7", "web-1/7"),
            ("web-1 api[7]", "web-1 api[7]"),
            ("logs/mail@example.org/app.log", "logs/mail@example.org/app.log"),
            ("logs/mail@web-1/old/app.log", "logs/mail@web-1/old/app.log"),
            ("", ""),
        ] {
            assert_eq!(service_of(process), service);
        }
    }
}
