use super::Target;

fn url(text: &str) -> Option<String> {
    Target::parse(text).map(|target| target.url().to_owned())
}

#[test]
fn a_plain_address_stays_as_it_is() {
    for address in [
        "https://example.org",
        "http://example.org:8080/a/b.html?c=d&e=%20f#g",
        "https://localhost/x",
        "https://[::1]:3000/",
        "https://127.0.0.1/",
        "mailto:ana@example.org",
        "mailto:ana+chat@example.org?subject=Hello&body=How",
        "https://de.wikipedia.org/wiki/Köln_(Begriffsklärung)",
    ] {
        assert_eq!(url(address).as_deref(), Some(address));
    }
}

#[test]
fn a_host_is_written_as_the_browser_asks_for_it() {
    assert_eq!(url("HTTPS://Example.ORG/Path").as_deref(), Some("https://example.org/Path"));
    assert_eq!(url("https://bücher.example/ä").as_deref(), Some("https://xn--bcher-kva.example/ä"));
    assert_eq!(url("https://аpple.com").as_deref(), Some("https://xn--pple-43d.com"));
    assert_eq!(url("https://例え.テスト/").as_deref(), Some("https://xn--r8jz45g.xn--zckzah/"));
    assert_eq!(url("https://пример.испытание").as_deref(), Some("https://xn--e1afmkfd.xn--80akhbyknj4f"));
    assert_eq!(url("https://[::FFFF:127.0.0.1]/").as_deref(), Some("https://[::ffff:127.0.0.1]/"));
    assert_eq!(url("https://example.org:00080/").as_deref(), Some("https://example.org:80/"));
    assert_eq!(Target::parse("https://Example.org:81/x").unwrap().host(), "example.org:81");
    assert_eq!(Target::parse("mailto:ana@Example.org?subject=x").unwrap().host(), "ana@example.org");
}

#[test]
fn what_could_mislead_is_no_link() {
    for address in [
        "",
        "http://",
        "https:///example.org",
        "https:example.org",
        "https:\\\\example.org",
        "https://bank.example@evil.example/",
        "https://user:secret@example.org",
        "https://example.org\\@evil.example",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://1.2.3.4.5/",
        "https://1.2.3.256/",
        "https://1.2.3.04/",
        "https://1.2.3/",
        "https://[]/",
        "https://[abc]/",
        "https://example.org:99999/",
        "https://example.org:8a/",
        "https://example.org:/",
        "https://exa mple.org",
        "https://exa%6dple.org",
        "https://exa\u{200b}mple.org",
        "https://example。org",
        "https://ｅxample.org",
        "https://𝐞xample.org",
        "https://example.org\u{202e}/gro",
        "https://a..b/",
        "https://.example.org/",
        "https://example.org/\u{0}",
        "https://example.org/\u{7f}x",
        "https://example.org/\u{85}x",
        "https://[::1",
        "https://[v1.x]/",
        "https://[::1%25eth0]/",
        "javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org",
        "//example.org",
        "/path",
        "mailto:",
        "mailto:ana",
        "mailto:a@b@c.example",
        "mailto:ana@example.org,bob@example.org",
        "mailto:ana@example.org?bcc=eve@example.org",
        "mailto:ana@example.org?subject=x&attach=/etc/passwd",
        "mailto:ana@example.org?subject=x%0D%0Abcc:eve@example.org",
        "https://xn--/",
        "mailto:ana@example.org?%62cc=eve@example.org",
    ] {
        assert_eq!(url(address), None, "{address:?}");
    }
}

#[test]
fn what_can_not_be_seen_or_ends_an_attribute_is_escaped() {
    assert_eq!(url("https://a.example/\"<>`{}|\\^").as_deref(), Some("https://a.example/%22%3C%3E%60%7B%7D%7C%5C%5E"));
    assert_eq!(url("https://a.example/\u{202e}x\u{200b}").as_deref(), Some("https://a.example/%E2%80%AEx%E2%80%8B"));
}

#[test]
fn an_address_that_is_too_long_is_no_link() {
    let path = "x".repeat(super::URL_MAX);
    assert_eq!(url(&format!("https://a.example/{path}")), None);
}
