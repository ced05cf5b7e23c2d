//! The layout of the screen: words on the left, the QR code on the right, as large as the screen allows.

use qrcode::{Color, EcLevel, QrCode};

use super::OwnWifi;
use super::canvas::Canvas;
use super::font::{CELL, Font};
use crate::wire::{BoxInfo, BoxLanguage, ServerAddress};

/// The size that everything is laid out for, in pixels of the font; a larger screen shows it larger.
const WIDTH: usize = 640;
const HEIGHT: usize = 400;
const WHITE: u8 = 255;
const QUIET: u8 = 170;
/// Distance of the words from the left and the top.
const MARGIN: usize = 24;
/// Distance from one line to the next.
const LINE: usize = CELL + 6;
/// Side of the QR code with its quiet zone.
const QR: usize = 224;
/// Modules around a QR code that must stay light (ISO/IEC 18004, section 6.3.8).
const QUIET_ZONE: usize = 4;
/// Number of addresses that fit.
const ADDRESSES: usize = 3;

/// A pen that writes line by line.
struct Page<'a> {
    canvas: Canvas,
    font: &'a Font,
    scale: usize,
    left: usize,
    top: usize,
    y: usize,
}

impl<'a> Page<'a> {
    fn new(font: &'a Font, width: usize, height: usize) -> Self {
        let scale = (width / WIDTH).min(height / HEIGHT).max(1);
        let spare = |whole: usize, used: usize| whole.saturating_sub(used * scale) / 2;
        Self {
            canvas: Canvas::new(width, height),
            font,
            scale,
            left: spare(width, WIDTH),
            top: spare(height, HEIGHT),
            y: MARGIN,
        }
    }

    fn line(&mut self, text: &str, size: usize, grey: u8) {
        let (left, top) = (self.left + MARGIN * self.scale, self.top + self.y * self.scale);
        self.canvas.text(self.font, text, left, top, self.scale * size, grey);
        self.y += LINE * size;
    }

    /// Writes the same in both languages; Chinese first unless English was chosen.
    fn both(&mut self, first: Option<BoxLanguage>, chinese: &[&str], english: &[&str], grey: u8) {
        let order = if first == Some(BoxLanguage::En) { [english, chinese] } else { [chinese, english] };
        for text in order.concat() {
            self.line(text, 1, grey);
        }
    }

    /// Writes one of several steps, in both languages.
    fn step(&mut self, number: u32, first: Option<BoxLanguage>, chinese: &str, english: &str) {
        let (one, other) = if first == Some(BoxLanguage::En) { (english, chinese) } else { (chinese, english) };
        self.line(&format!("{number}. {one}"), 1, QUIET);
        self.line(&format!("   {other}"), 1, QUIET);
    }

    /// Writes a heading as large as there is room for beside the QR code; a very long one is cut.
    fn heading(&mut self, text: &str) {
        let room = WIDTH - QR - 2 * MARGIN;
        let size = if self.font.width(text) * 2 <= room { 2 } else { 1 };
        let mut end = 0;
        let fits = text.chars().take_while(|letter| {
            end += self.font.glyph(*letter).width;
            end * size <= room
        });
        self.line(&fits.collect::<String>(), size, WHITE);
    }

    fn gap(&mut self) {
        self.y += LINE / 2;
    }

    /// Draws a QR code at the right edge; nothing if the link is too long for one.
    fn qr(&mut self, link: &str) {
        let Ok(code) = QrCode::with_error_correction_level(link, EcLevel::M) else { return };
        let modules = code.width() + 2 * QUIET_ZONE;
        let module = (QR * self.scale / modules).max(1);
        let left = self.left + (WIDTH - MARGIN) * self.scale - modules * module;
        let top = self.top + MARGIN * self.scale;
        self.canvas.fill(left, top, modules * module, modules * module, WHITE);
        for (place, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            let (x, y) = (place % code.width() + QUIET_ZONE, place / code.width() + QUIET_ZONE);
            self.canvas.fill(left + x * module, top + y * module, module, module, 0);
        }
    }
}

/// The screen while the daemon does not answer (yet).
pub(super) fn starting(font: &Font, width: usize, height: usize) -> Canvas {
    let mut page = Page::new(font, width, height);
    page.line("imbox", 2, WHITE);
    page.gap();
    page.line("正在启动…", 1, WHITE);
    page.line("Starting...", 1, WHITE);
    page.gap();
    page.line("如果几分钟后仍是这样，请拔掉电源再插上。", 1, QUIET);
    page.line("Still the same in a few minutes?", 1, QUIET);
    page.line("Unplug the power and plug it in again.", 1, QUIET);
    page.canvas
}

/// The screen of a box whose card cannot be read: what to do, and where more is said about it.
pub(super) fn unreadable(font: &Font, width: usize, height: usize, addresses: &[ServerAddress]) -> Canvas {
    let mut page = Page::new(font, width, height);
    page.heading("imbox");
    page.gap();
    page.line("存储卡无法读取。", 1, WHITE);
    page.line("断电，插紧卡，再试一次；", 1, QUIET);
    page.line("仍然如此：请换一张新卡。", 1, QUIET);
    page.line("The card cannot be read.", 1, WHITE);
    page.line("Unplug, push the card in,", 1, QUIET);
    page.line("try again; else a new card.", 1, QUIET);
    page.gap();
    where_it_is(&mut page, addresses);
    page.canvas
}

/// Draws the page's QR code and addresses, the name first; returns whether there is any.
fn where_it_is(page: &mut Page<'_>, addresses: &[ServerAddress]) -> bool {
    let reachable: Vec<&ServerAddress> = addresses.iter().filter(|address| is_reachable(address)).collect();
    let numeric = reachable.iter().find(|address| !address.is_name);
    if let Some(numeric) = numeric {
        page.qr(&numeric.url);
    }
    for address in by_name_first(&reachable).into_iter().take(ADDRESSES) {
        page.line(&address.url, 1, WHITE);
    }
    numeric.is_some()
}

/// The screen of a damaged box: the address of the repair page, and the code it asks for.
pub(super) fn repair(
    font: &Font,
    width: usize,
    height: usize,
    addresses: &[ServerAddress],
    code: Option<&str>,
) -> Canvas {
    let mut page = Page::new(font, width, height);
    page.heading("imbox");
    page.gap();
    page.line("数据库已损坏，请修复：", 1, WHITE);
    page.line("Damaged. Repair it:", 1, WHITE);
    let reachable = where_it_is(&mut page, addresses);
    if !reachable {
        page.line("没有网络：请插上网线。", 1, WHITE);
        page.line("No network: plug in a cable.", 1, WHITE);
    }
    if let Some(code) = code {
        page.gap();
        page.line("修复码 / Repair code:", 1, QUIET);
        page.line(code, 2, WHITE);
    }
    page.canvas
}

/// The screen of a working box: how to reach it. On a new box, the QR code includes the claim code.
pub(super) fn the_box(font: &Font, width: usize, height: usize, info: &BoxInfo, claim_code: Option<&str>) -> Canvas {
    let mut page = Page::new(font, width, height);
    // A name with letters that the font does not have would be unreadable.
    page.heading(if font.knows(&info.name) { &info.name } else { "imbox" });
    let reachable: Vec<&ServerAddress> = info.addresses.iter().filter(|address| is_reachable(address)).collect();
    let Some(numeric) = reachable.iter().find(|address| !address.is_name) else {
        page.gap();
        page.both(info.language, &["没有网络：请插上网线。"], &["No network: plug in a cable."], WHITE);
        claim(&mut page, info.language, claim_code);
        return page.canvas;
    };
    let path = claim_code.map_or_else(String::new, |code| format!("/#/claim/{code}"));
    page.qr(&format!("{}{path}", numeric.url));
    page.gap();
    let chinese = ["连接同一网络，扫码", "或在浏览器中打开："];
    page.both(info.language, &chinese, &["Same network: scan,", "or open in a browser:"], QUIET);
    for address in by_name_first(&reachable).into_iter().take(ADDRESSES) {
        page.line(&address.url, 1, WHITE);
    }
    claim(&mut page, info.language, claim_code);
    page.canvas
}

/// The screen when the box's own Wi-Fi is the only network: first how to join it, then the page.
pub(super) fn own_wifi(
    font: &Font,
    width: usize,
    height: usize,
    info: &BoxInfo,
    wifi: &OwnWifi,
    claim_code: Option<&str>,
) -> Canvas {
    let mut page = Page::new(font, width, height);
    page.heading(if font.knows(&info.name) { &info.name } else { "imbox" });
    page.qr(&wifi.to_scan());
    page.gap();
    page.step(1, info.language, "手机扫码加入 Wi-Fi：", "Scan to join this Wi-Fi:");
    page.line(&format!("   {}", wifi.ssid), 1, WHITE);
    page.line(&format!("   密码 Password: {}", wifi.password), 1, WHITE);
    page.gap();
    page.step(2, info.language, "然后在浏览器中打开：", "Then open in a browser:");
    let reachable = |address: &&ServerAddress| is_reachable(address) && !address.is_name;
    for address in info.addresses.iter().filter(reachable).take(1) {
        page.line(&format!("   {}", address.url), 1, WHITE);
    }
    claim(&mut page, info.language, claim_code);
    page.canvas
}

fn claim(page: &mut Page<'_>, first: Option<BoxLanguage>, code: Option<&str>) {
    let Some(code) = code else { return };
    page.gap();
    let what = if first == Some(BoxLanguage::En) { "Claim code / 认领码" } else { "认领码 / Claim code" };
    page.line(&format!("{what}: {code}"), 1, WHITE);
}

/// People try the short name first, and need an IP address if their phone cannot find names.
fn by_name_first<'a>(addresses: &[&'a ServerAddress]) -> Vec<&'a ServerAddress> {
    let name = addresses.iter().find(|address| address.is_name);
    let numbers = addresses.iter().filter(|address| !address.is_name && !address.url.contains('['));
    name.into_iter().chain(numbers).copied().collect()
}

fn is_reachable(address: &ServerAddress) -> bool {
    !address.url.starts_with("http://127.") && !address.url.starts_with("http://[::1]")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::wire::{BoxState, JoinMode};

    fn info(addresses: &[(&str, bool)]) -> BoxInfo {
        let addresses =
            addresses.iter().map(|(url, is_name)| ServerAddress { url: (*url).to_owned(), is_name: *is_name });
        BoxInfo {
            id: "0".repeat(32),
            password_min_length: 8,
            edit_minutes: 0,
            name: "幸福小区".to_owned(),
            version: String::new(),
            state: BoxState::Fresh,
            claim_reopened: false,
            join_mode: JoinMode::Invite,
            language: None,
            addresses: addresses.collect(),
            max_file_bytes: 0,
            probe: String::new(),
            me: None,
            in_app_browser: false,
        }
    }

    fn ink(canvas: &Canvas) -> usize {
        canvas.grey.iter().filter(|grey| **grey > 0).count()
    }

    /// Were this to fail, half of the address would be off the screen, or the code too small to scan.
    #[test]
    fn everything_fits_on_every_screen() {
        let font = Font::load().unwrap();
        let info = info(&[("http://imbox-2.local", true), ("http://192.168.100.100", false)]);
        for (width, height) in [(640, 480), (800, 480), (1280, 720), (1920, 1080), (3840, 2160)] {
            let canvas = the_box(&font, width, height, &info, Some("ABCD-EFGH"));
            let edge = |x: usize, y: usize| canvas.grey[y * width + x] == 0;
            assert!(
                (0..width).all(|x| edge(x, 0) && edge(x, height - 1)),
                "{width}x{height}: cut at the top or bottom"
            );
            assert!((0..height).all(|y| edge(0, y) && edge(width - 1, y)), "{width}x{height}: cut at a side");
            assert!(ink(&canvas) > width * height / 20);
        }
    }

    /// Were this to fail, whoever has to repair the box could not read what to do, or where.
    #[test]
    fn a_damaged_box_says_where_and_with_which_code() {
        let font = Font::load().unwrap();
        for text in ["数据库已损坏，请修复：", "修复码 / Repair code:"] {
            assert!(font.knows(text), "{text}");
            assert!(MARGIN + font.width(text) <= WIDTH - MARGIN - QR, "{text}");
        }
        let at = info(&[("http://imbox.local", true), ("http://192.168.100.100", false)]).addresses;
        let canvas = repair(&font, 640, 480, &at, Some("ABCD-EFGH"));
        let without = repair(&font, 640, 480, &at, None);
        assert!(ink(&canvas) > ink(&without) && (0..640).all(|x| canvas.grey[479 * 640 + x] == 0));
    }

    /// Were this to fail, somebody would wait for a box that never starts, and not know that the card is the reason.
    #[test]
    fn a_card_that_cannot_be_read_is_told_beside_the_way_to_the_page() {
        let font = Font::load().unwrap();
        for text in
            ["存储卡无法读取。", "断电，插紧卡，再试一次；", "仍然如此：请换一张新卡。", "try again; else a new card."]
        {
            assert!(font.knows(text), "{text}");
            assert!(MARGIN + font.width(text) <= WIDTH - MARGIN - QR, "{text}: {}", font.width(text));
        }
        let at = info(&[("http://imbox.local", true), ("http://192.168.100.100", false)]).addresses;
        let canvas = unreadable(&font, 640, 480, &at);
        assert!(ink(&canvas) > ink(&unreadable(&font, 640, 480, &[])));
        assert!((0..640).all(|x| canvas.grey[479 * 640 + x] == 0), "cut at the bottom");
    }

    /// Were this to fail, whoever has neither cable nor router could not read the password of the only network.
    #[test]
    fn the_boxs_own_wifi_fits_beside_its_code() {
        let font = Font::load().unwrap();
        let wifi = OwnWifi { ssid: "imbox-100000000abcdx".to_owned(), password: "23456789ab".to_owned() };
        for text in [
            "1. 手机扫码加入 Wi-Fi：",
            "1. Scan to join this Wi-Fi:",
            "   imbox-100000000abcdx",
            "   密码 Password: 23456789ab",
            "2. 然后在浏览器中打开：",
        ] {
            assert!(font.knows(text), "{text}");
            assert!(MARGIN + font.width(text) <= WIDTH - MARGIN - QR, "{text}: {}", font.width(text));
        }
        let info = info(&[("http://10.42.0.1", false)]);
        let canvas = own_wifi(&font, 640, 480, &info, &wifi, Some("ABCD-EFGH"));
        let unclaimed = own_wifi(&font, 640, 480, &info, &wifi, None);
        assert!(ink(&canvas) > ink(&unclaimed), "the claim code is shown as well");
        assert!((0..640).all(|x| canvas.grey[479 * 640 + x] == 0), "cut at the bottom");
    }

    /// Were this to fail, the QR code would cover the address, and whoever cannot scan would have nothing to type.
    #[test]
    fn words_end_before_the_code_begins() {
        let font = Font::load().unwrap();
        for text in [
            "连接同一网络，扫码",
            "或在浏览器中打开：",
            "or open in a browser:",
            "http://192.168.100.100",
            "http://imbox-2.local",
        ] {
            assert!(font.knows(text), "{text}");
            assert!(MARGIN + font.width(text) <= WIDTH - MARGIN - QR, "{text}: {}", font.width(text));
        }
    }

    /// Were this to fail, a long name would be written over the code, and no phone could read it.
    #[test]
    fn a_long_name_leaves_the_code_alone() {
        let font = Font::load().unwrap();
        let with_name = |name: &str| {
            let info = BoxInfo { name: name.to_owned(), ..info(&[("http://192.168.1.7", false)]) };
            the_box(&font, 640, 480, &info, None)
        };
        let right_of_words = |canvas: &Canvas| -> Vec<u8> {
            canvas.grey.chunks(640).flat_map(|row| row[640 - QR - MARGIN..].to_vec()).collect()
        };
        assert_eq!(right_of_words(&with_name(&"福".repeat(64))), right_of_words(&with_name("imbox")));
    }

    /// Were this to fail, somebody who reads no Chinese would find their line last.
    #[test]
    fn the_chosen_language_comes_first() {
        let font = Font::load().unwrap();
        let drawn = |language| {
            let info = BoxInfo { language, ..info(&[("http://192.168.1.7", false)]) };
            the_box(&font, 640, 480, &info, Some("ABCD-EFGH")).grey
        };
        assert_eq!(drawn(None), drawn(Some(BoxLanguage::Zh)));
        assert_ne!(drawn(None), drawn(Some(BoxLanguage::En)));
        let ink = |grey: &[u8]| grey.iter().filter(|grey| **grey > 0).count();
        assert_eq!(ink(&drawn(None)), ink(&drawn(Some(BoxLanguage::En))), "the same words in another order");
        let wifi = OwnWifi { ssid: "imbox-12ab".to_owned(), password: "23456789ab".to_owned() };
        let first = |language| {
            let info = BoxInfo { language, ..info(&[("http://10.42.0.1", false)]) };
            own_wifi(&font, 640, 480, &info, &wifi, None).grey
        };
        assert_ne!(first(None), first(Some(BoxLanguage::En)));
    }

    /// Were this to fail, without a network a code that leads nowhere would be scanned again and again.
    #[test]
    fn without_a_network_there_is_no_code() {
        let font = Font::load().unwrap();
        let with = the_box(&font, 640, 480, &info(&[("http://192.168.1.7", false)]), None);
        let without = the_box(&font, 640, 480, &info(&[("http://127.0.0.1", false)]), None);
        assert!(ink(&without) * 4 < ink(&with));
    }
}
