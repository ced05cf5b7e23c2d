//! Phones that join the box's own Wi-Fi. Were these to fail, people would stand in a Wi-Fi that leads nowhere; or a page from
//! elsewhere could reach the box by a name of its own.

use std::net::{Ipv4Addr, SocketAddr};

use imd::wire::{BoxInfo, ErrorCode};
use reqwest::redirect::Policy;

use crate::house::House;

const HOTSPOT: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// What phones ask, of whom, and what they want to hear.
const PROBES: [(&str, &str, u16, &str); 14] = [
    ("/generate_204", "connectivitycheck.gstatic.com", 204, ""),
    ("/gen_204", "www.google.com", 204, ""),
    ("/hotspot-detect.html", "captive.apple.com", 200, "Success"),
    ("/library/test/success.html", "www.apple.com", 200, "Success"),
    ("/connecttest.txt", "www.msftconnecttest.com", 200, "Microsoft Connect Test"),
    ("/ncsi.txt", "www.msftncsi.com", 200, "Microsoft NCSI"),
    ("/success.txt", "detectportal.firefox.com", 200, "success\n"),
    (
        "/canonical.html",
        "detectportal.firefox.com",
        200,
        "content=\"0;url=https://support.mozilla.org/kb/captive-portal\"/>",
    ),
    ("/captiveportal/generate_204", "edge-http.microsoft.com", 204, ""),
    ("/check_network_status.txt", "nmcheck.gnome.org", 200, "NetworkManager is online"),
    ("/nm", "network-test.debian.org", 200, "NetworkManager is online"),
    ("/nm-check.txt", "ping.archlinux.org", 200, "NetworkManager is online"),
    ("/static/hotspot.txt", "fedoraproject.org", 200, "OK"),
    ("/", "connectivity-check.ubuntu.com", 204, ""),
];

/// A phone, and where it reaches the box.
struct Phone {
    client: reqwest::Client,
    at: SocketAddr,
}

impl Phone {
    fn new(at: SocketAddr) -> Self {
        Self { client: reqwest::Client::builder().redirect(Policy::none()).build().unwrap(), at }
    }

    async fn ask(&self, host: &str, path: &str) -> reqwest::Response {
        self.client.get(format!("http://{}{path}", self.at)).header("host", host).send().await.unwrap()
    }
}

fn location(answer: &reqwest::Response) -> &str {
    answer.headers().get("location").map_or("", |to| to.to_str().unwrap())
}

async fn house() -> House {
    House::fresh_with(|config| {
        config.system.hotspot_address = HOTSPOT;
        config.listen.push((HOTSPOT, 0).into());
    })
    .await
}

#[tokio::test]
async fn each_phone_is_shown_where_the_box_is_and_then_stays() {
    let house = house().await;
    let phone = Phone::new(house.app().addresses()[1]);
    let port = house.app().addresses()[0].port();
    let page = format!("http://{HOTSPOT}:{port}/captive");
    for (path, host, ..) in PROBES.into_iter().chain([("/redirect", "www.msftconnecttest.com", 0, "")]) {
        let answer = phone.ask(host, path).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (302, page.as_str()), "{host}{path}");
        assert!(!answer.headers().contains_key("set-cookie"));
    }
    let shown = phone.ask("captive.apple.com", "/captive").await;
    assert_eq!(shown.status(), 200);
    let text = shown.text().await.unwrap();
    assert!(text.contains(&format!("http://{HOTSPOT}:{port}")) && text.contains("lang=\"en\""), "{text}");
    assert_eq!(phone.ask("captive.apple.com", "/captive.css").await.status(), 200);
    let read = phone.ask("captive.apple.com", "/captive/read").await;
    assert_eq!(location(&read), format!("http://{HOTSPOT}:{port}/"));
    for (path, host, status, text) in PROBES {
        let answer = phone.ask(host, path).await;
        assert_eq!(answer.status().as_u16(), status, "{host}{path}");
        let body = answer.text().await.unwrap();
        assert!(body.contains(text) && (status == 200 || body.is_empty()), "{host}{path}: {body}");
    }
    house.stop().await;
}

#[tokio::test]
async fn whatever_is_typed_there_leads_to_the_chat() {
    let house = house().await;
    let phone = Phone::new(house.app().addresses()[1]);
    let port = house.app().addresses()[0].port();
    for (host, path) in [("imbox.home.arpa", "/"), ("example.org", "/news?today")] {
        assert_eq!(location(&phone.ask(host, path).await), format!("http://{HOTSPOT}:{port}/"), "{host}");
    }
    let own = HOTSPOT.to_string();
    assert_eq!(phone.ask(&own, "/").await.status(), 200);
    assert_eq!(phone.ask(&own, "/api/v1/box").await.status(), 200);
    // A page of theirs reads nothing of ours by their name.
    let stranger = phone.ask("example.org", "/api/v1/box").await;
    assert_eq!(stranger.status(), 421);
    assert!(!stranger.text().await.unwrap().contains("version"));
    let written = phone.client.post(format!("http://{}/captive/read", phone.at)).header("host", "example.org").send();
    assert_eq!(written.await.unwrap().status(), 421);
    house.stop().await;
}

#[tokio::test]
async fn in_any_other_network_none_of_it_is_there() {
    let house = house().await;
    let elsewhere = Phone::new(house.app().addresses()[0]);
    for (path, host, ..) in PROBES {
        let answer = elsewhere.ask(host, path).await;
        assert_eq!(answer.status(), 421, "{host}{path}");
    }
    for path in ["/captive", "/captive/read", "/captive.css", "/redirect", "/generate_204"] {
        house.door.get(path).await.refused(ErrorCode::NotFound);
    }
    house.stop().await;
}

#[tokio::test]
async fn the_phone_s_little_window_makes_no_account() {
    let house = house().await;
    let at = house.app().addresses()[1];
    let in_app = async |at: SocketAddr, headers: &[(&str, &str)]| {
        let mut request = reqwest::Client::new().get(format!("http://{at}/api/v1/box"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().json::<BoxInfo>().await.unwrap().in_app_browser
    };
    let window =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
    let safari = format!("{window} Version/17.0 Safari/604.1");
    assert!(in_app(at, &[("user-agent", window)]).await);
    assert!(!in_app(at, &[("user-agent", &safari)]).await);
    // Elsewhere that is the app on the home screen, which keeps what it is given.
    assert!(!in_app(house.app().addresses()[0], &[("user-agent", window)]).await);
    let android = ("x-requested-with", "com.android.captiveportallogin");
    assert!(in_app(at, &[("user-agent", "Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile"), android]).await);
    assert!(in_app(at, &[("user-agent", "Mozilla/5.0 (Linux; Android 16; Pixel 9; wv) Chrome/140.0 Mobile")]).await);
    assert!(
        !in_app(at, &[("user-agent", "Mozilla/5.0 (Linux; Android 16; K) Chrome/140.0 Mobile Safari/537.36")]).await
    );
    house.stop().await;
}
