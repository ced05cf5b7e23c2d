//! The repair page: plain HTML made here, because the web app needs a box that works. It works without a script, which
//! only shows the times in the viewer's zone; while a repair is in progress, the page reloads itself.

use std::fmt::Write as _;

use super::Choice;
use crate::calendar;
use crate::wire::{ErrorCode, RepairStage, RepairState};

/// Its style sheet, served as `/repair.css`.
pub const STYLE: &str = include_str!("page.css");
/// The script that shows times in the viewer's own zone, served as `/repair.js`.
pub const SCRIPT: &str = include_str!("page.js");

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 中文
    Chinese,
    /// English
    English,
}

impl Language {
    /// As asked for with `?lang=`, otherwise as the browser prefers (RFC 9110, section 12.5.4, without weights:
    /// browsers list them in order).
    #[must_use]
    pub fn of(query: Option<&str>, accepted: &str) -> Self {
        let asked = query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("lang="));
        let accepted = accepted.to_ascii_lowercase();
        let first = |tag: &str| accepted.split(',').position(|one| one.trim().starts_with(tag)).unwrap_or(usize::MAX);
        match asked {
            Some("zh") => Self::Chinese,
            Some("en") => Self::English,
            _ if first("zh") < first("en") => Self::Chinese,
            _ => Self::English,
        }
    }

    fn pick(self, english: &'static str, chinese: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    fn tag(self) -> &'static str {
        self.pick("en", "zh-CN")
    }
}

/// The page in its present state. `refused`: why what was just sent was not accepted.
#[must_use]
pub fn page(language: Language, state: &RepairState, refused: Option<ErrorCode>) -> String {
    let t = |english, chinese| language.pick(english, chinese);
    let title = t("This box needs your help", "这台盒子需要您的帮助");
    let stays = matches!(state.stage, RepairStage::Choosing | RepairStage::Unreadable);
    let again = if stays { "" } else { "<meta http-equiv=\"refresh\" content=\"2\">" };
    let mut html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title>{again}<link rel=\"stylesheet\" href=\"/repair.css\"><script src=\"/repair.js\" defer></script></head><body><main>\
         <nav aria-label=\"{}\"><a href=\"/?lang=zh\" lang=\"zh-CN\">中文</a> <a href=\"/?lang=en\" lang=\"en\">English</a></nav><h1>{title}</h1>",
        language.tag(),
        t("Language", "语言"),
    );
    let note = |html: &mut String, kind: &str, text: &str| {
        // Writing to a String cannot fail.
        let _ = write!(html, "<p class=\"note {kind}\" role=\"status\">{text}</p>");
    };
    match state.stage {
        RepairStage::Choosing => {
            if let Some(code) = refused.or(state.failed) {
                note(&mut html, "bad", reason(language, code));
            }
            choosing(&mut html, language, state);
        }
        RepairStage::Working => working(&mut html, language, state),
        RepairStage::Unreadable => unreadable(&mut html, language),
        RepairStage::Done => {
            note(&mut html, "good", t("Done. The box is starting again…", "已完成，盒子正在重新启动…"));
            if let Some(lost) = state.lost_events {
                let _ = write!(html, "<p>{}: {lost}</p>", t("Messages that could not be saved", "未能恢复的消息"));
            }
        }
    }
    html.push_str("</main></body></html>");
    html
}

fn unreadable(html: &mut String, language: Language) {
    let t = |english, chinese| language.pick(english, chinese);
    let _ = write!(
        html,
        "<p>{}</p><section><h2>{}</h2><p>{}</p></section><section><h2>{}</h2><p>{}</p></section>",
        t(
            "The box started, but the part of its memory card that holds people, messages and files cannot be read. It tried to repair it by itself and could not.",
            "盒子已启动，但存储卡上保存成员、消息和文件的部分无法读取。盒子尝试过自动修复，没有成功。",
        ),
        t("First: unplug and try again", "先断电重试"),
        t(
            "Unplug the power, take the card out and put it back in firmly, and plug the power in again. A card that was loose works again.",
            "拔掉电源，取出存储卡再插紧，然后重新接通电源。如果只是接触不良，就会恢复正常。",
        ),
        t("Still the same: use a new card", "仍然如此：换一张新卡"),
        t(
            "Memory cards wear out. Write the image to a new card, start the box with it and, if you have a backup, choose \u{201c}I have a backup\u{201d} on its first page: everybody stays signed in. Keep the old card: somebody who saves data from cards may still read it.",
            "存储卡会老化。请把镜像写入新卡并用它启动盒子；如果有备份，在首页选择“我有备份”，大家会保持登录状态。请保留旧卡，数据恢复人员也许还能读出内容。",
        ),
    );
}

fn working(html: &mut String, language: Language, state: &RepairState) {
    let t = |english, chinese| language.pick(english, chinese);
    let _ = write!(html, "<section><h2>{}</h2>", t("Working on it…", "正在处理…"));
    if state.total_pages > 0 {
        let percent = u64::from(state.done_pages) * 100 / u64::from(state.total_pages);
        let _ = write!(
            html,
            "<p><progress max=\"{}\" value=\"{}\" aria-label=\"{percent} %\"></progress></p><p>{percent} %</p>",
            state.total_pages, state.done_pages
        );
    } else {
        html.push_str("<p><progress></progress></p>");
    }
    let _ = write!(
        html,
        "<p>{}</p></section>",
        t(
            "You can close this page. If the power fails, the box begins again by itself.",
            "您可以关闭此页面。即使断电，盒子也会自动重新开始。"
        )
    );
}

fn choosing(html: &mut String, language: Language, state: &RepairState) {
    let t = |english, chinese| language.pick(english, chinese);
    let what = if state.may_leave {
        t(
            "Part of what this box has stored is damaged, most likely because its memory card is wearing out. An admin asked to repair it. Nobody can chat until you have chosen.",
            "盒子保存的部分数据已损坏，多半是存储卡老化所致。管理员要求进行修复。在您选择之前，大家暂时无法聊天。",
        )
    } else {
        t(
            "The place where messages and people are kept is damaged, most likely because the memory card is wearing out or the power failed. Nothing was deleted and nothing is changed until you choose.",
            "保存消息和成员的数据库已损坏，多半是存储卡老化或断电所致。没有删除任何东西；在您选择之前，也不会改动任何东西。",
        )
    };
    let _ = write!(html, "<p>{what}</p>");
    let _ = write!(
        html,
        "<section class=\"code\"><h2>{}</h2><p>{}</p></section>",
        t("The repair code", "修复码"),
        t(
            "Each choice asks for it, so that only whoever holds the box decides. It is on the box's screen, and in the file CLAIM.txt on its memory card (put the card into a computer).",
            "每项操作都需要修复码，只有拿着盒子的人才能决定。修复码显示在盒子的屏幕上，也写在存储卡的 CLAIM.txt 文件里（把卡插入电脑即可看到）。"
        )
    );
    let salvage = t(
        "Saves everything that can still be read: people, rooms, messages, settings. Where a message is lost, the room says so. The damaged database is kept. Takes some minutes.",
        "尽可能恢复还能读出的一切：成员、房间、消息和设置。丢失消息的地方，房间里会有说明。损坏的数据库会保留。需要几分钟。",
    );
    let recommended = t("Recommended", "推荐");
    let heading = format!("{} <small>{recommended}</small>", t("Save what can be read", "恢复还能读出的内容"));
    form(html, language, &heading, salvage, &Choice::Salvage, t("Save what can be read", "开始恢复"), "");
    let back = t("Go back to an earlier copy", "回到较早的副本");
    if state.copies.is_empty() {
        let none = t("There is no copy on this box.", "盒子上没有副本。");
        let _ = write!(html, "<section><h2>{back}</h2><p>{none}</p></section>");
    } else {
        let mut list = format!("<fieldset><legend>{}</legend>", t("Which one", "选择副本"));
        for (number, copy) in state.copies.iter().enumerate() {
            let checked = if number == 0 { " checked" } else { "" };
            let kind = if copy.with_files {
                t("backup with files", "含文件的备份")
            } else {
                t("daily copy", "每日副本")
            };
            let missing = t("Everything written after this is missing", "此后写下的内容都会缺失");
            let _ = write!(
                list,
                "<label class=\"pick\"><input type=\"radio\" name=\"copy\" value=\"{}\"{checked}><span><strong>{}</strong> · {kind} · {}<br><small>{missing}</small></span></label>",
                escaped(&copy.name),
                moment(copy.made_at),
                size(copy.size),
            );
        }
        list.push_str("</fieldset>");
        let text = t(
            "The box is as it was at that moment. Messages, people and files that came later are gone from it; whoever was removed later is back in. The damaged database is kept.",
            "盒子会回到那一刻的状态，之后的消息、成员和文件都不在了，之后被移除的人会重新出现。损坏的数据库会保留。",
        );
        form(html, language, back, text, &Choice::Copy(String::new()), t("Go back to this copy", "回到此副本"), &list);
    }
    if state.may_leave {
        let text = t(
            "The box goes on as it is. What is damaged stays so, and may grow.",
            "盒子照常运行，损坏的部分保持原样，并可能扩大。",
        );
        form(
            html,
            language,
            t("Leave it for now", "暂不处理"),
            text,
            &Choice::Leave,
            t("Go on chatting", "继续聊天"),
            "",
        );
    }
    downloads(html, language, state);
    let typed = format!(
        "<label>{}<input name=\"confirm\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" required></label>",
        t("Type the word <b>anew</b>", "请输入 <b>anew</b>")
    );
    let text = t(
        "The box forgets everybody and everything, as when it was new. What there was is put aside on the card, but nobody sees it any more.",
        "盒子会忘记所有人和所有内容，就像全新的一样。原有数据会留在卡上，但不再显示。",
    );
    form(
        html,
        language,
        t("Start all over", "全部重来"),
        text,
        &Choice::Anew,
        t("Forget everything", "清除一切"),
        &typed,
    );
}

fn form(html: &mut String, language: Language, heading: &str, text: &str, choice: &Choice, button: &str, more: &str) {
    let (value, class) = match choice {
        Choice::Salvage => ("salvage", "main"),
        Choice::Copy(_) => ("copy", ""),
        Choice::Leave => ("leave", ""),
        Choice::Anew => ("anew", "danger"),
    };
    let _ = write!(
        html,
        "<section><h2>{heading}</h2><p>{text}</p><form method=\"post\" action=\"/api/v1/repair/choose?lang={}\">\
         <input type=\"hidden\" name=\"choice\" value=\"{value}\">{more}{}<button class=\"{class}\">{button}</button></form></section>",
        language.tag().split('-').next().unwrap_or_default(),
        code_field(language),
    );
}

fn downloads(html: &mut String, language: Language, state: &RepairState) {
    let t = |english, chinese| language.pick(english, chinese);
    let _ = write!(
        html,
        "<section><h2>{}</h2><p>{}</p><form method=\"post\" action=\"/api/v1/repair/download\">{}<button name=\"file\" value=\"database\">imd.db · {}</button>",
        t("Take the damaged database with you", "下载损坏的数据库"),
        t(
            "For somebody who knows how to look into it. It holds everything that was said, and is not encrypted.",
            "供懂技术的人查看。其中包含所有聊天内容，且未加密。"
        ),
        code_field(language),
        size(state.database_bytes),
    );
    if state.log_bytes > 0 {
        let _ = write!(html, "<button name=\"file\" value=\"log\">imd.db-wal · {}</button>", size(state.log_bytes));
    }
    html.push_str("</form></section>");
}

fn code_field(language: Language) -> String {
    format!(
        "<label>{}<input class=\"code\" name=\"code\" autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" placeholder=\"ABCD-EFGH\" maxlength=\"16\" required></label>",
        language.pick("Repair code", "修复码")
    )
}

fn reason(language: Language, code: ErrorCode) -> &'static str {
    let (english, chinese) = match code {
        ErrorCode::WrongClaimCode => ("That is not the repair code.", "修复码不正确。"),
        ErrorCode::RateLimited => ("That was too often. Please wait a minute.", "尝试过于频繁，请等一分钟。"),
        ErrorCode::DiskFull => (
            "There is not enough room on the card to do this beside what is there. Nothing was changed.",
            "卡上空间不足，无法在保留原有数据的同时完成此操作。没有改动任何东西。",
        ),
        ErrorCode::DiskReadOnly => (
            "The card refuses to be written: it is worn out. Download the database and use a new card.",
            "存储卡已无法写入。请下载数据库并更换新卡。",
        ),
        ErrorCode::BackupDamaged => (
            "What was chosen cannot be read either. Choose another way; nothing was changed.",
            "所选内容同样无法读取，请换一种方式。没有改动任何东西。",
        ),
        ErrorCode::BackupNewer => (
            "It was written by a newer version. Install that version again; nothing was changed.",
            "它由更新的版本写入，请重新安装该版本。没有改动任何东西。",
        ),
        ErrorCode::InvalidSetting => ("Please type the word anew to start all over.", "要全部重来，请输入 anew。"),
        ErrorCode::Conflict => ("Something is already under way.", "已有操作正在进行。"),
        ErrorCode::BackupMissing => ("That copy is not there any more.", "该副本已不存在。"),
        _ => ("That did not work; the log says more. Nothing was changed.", "操作未成功，详见日志。没有改动任何东西。"),
    };
    language.pick(english, chinese)
}

/// A moment as the page shows it: in UTC, marked up so that the script can show it in another zone.
fn moment(at: i64) -> String {
    let utc = calendar::to_minutes(at);
    format!("<time datetime=\"{}Z\">{utc} UTC</time>", utc.replace(' ', "T"))
}

fn size(bytes: u64) -> String {
    if bytes < 1 << 20 { format!("{} KB", bytes.div_ceil(1 << 10)) } else { format!("{} MB", bytes >> 20) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::OldCopy;

    #[test]
    fn times_are_marked_up() {
        assert_eq!(moment(1_795_000_000_000), "<time datetime=\"2026-11-18T11:06Z\">2026-11-18 11:06 UTC</time>");
    }

    /// Were this to fail, somebody would have to choose in a language they cannot read.
    #[test]
    fn the_language_is_the_one_asked_for_then_the_browsers() {
        assert_eq!(Language::of(None, "zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(Language::of(None, "en-GB,zh;q=0.5"), Language::English);
        assert_eq!(Language::of(Some("lang=zh"), "en"), Language::Chinese);
        assert_eq!(Language::of(None, "fr"), Language::English);
    }

    /// Were this to fail, nobody could choose without a script, or with half the page.
    #[test]
    fn each_choice_is_a_form_that_asks_for_the_code() {
        let copy = OldCopy { name: "x\"><script>".to_owned(), made_at: 0, size: 1, with_files: false };
        let state = RepairState {
            stage: RepairStage::Choosing,
            choice: None,
            done_pages: 0,
            total_pages: 0,
            failed: Some(ErrorCode::DiskFull),
            detail: None,
            may_leave: true,
            database_bytes: 1,
            log_bytes: 1,
            copies: vec![copy],
            lost_events: None,
        };
        for language in [Language::English, Language::Chinese] {
            let html = page(language, &state, None);
            assert_eq!(html.matches("name=\"code\"").count(), 5);
            assert_eq!(html.matches("name=\"choice\"").count(), 4);
            assert!(html.matches("<script").count() == 1 && html.contains(reason(language, ErrorCode::DiskFull)));
        }
    }
}
