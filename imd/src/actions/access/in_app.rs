//! In-app browsers: an account made in one of them is lost with its cookies.

/// Is it an in-app browser, which keeps its cookies to itself and loses them?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InApp {
    /// Yes: no account can be made in it.
    Yes,
    /// No.
    No,
}

impl InApp {
    /// Judges by the `User-Agent`: WeChat, QQ, Weibo, DingTalk, Feishu, Alipay, Facebook, Instagram, LINE, and the
    /// captive portal windows of Apple and Android.
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        const MARKS: &[&str] = &[
            "MicroMessenger",
            " QQ/",
            "Weibo",
            "DingTalk",
            "Lark/",
            "AlipayClient",
            "FBAN",
            "FBAV",
            "Instagram",
            " Line/",
            "CaptiveNetworkSupport",
            "CaptivePortalLogin",
        ];
        if MARKS.iter().any(|mark| user_agent.contains(mark)) { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_that_forget_their_cookies_are_known_and_real_ones_are_not_mistaken() {
        let wechat = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.42";
        let portal =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 CaptiveNetworkSupport/1.0";
        let chrome = "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36";
        let qq_browser = "Mozilla/5.0 (Linux; U; Android 12; zh-cn) AppleWebKit/537.36 Chrome/98 MQQBrowser/13.5 Mobile Safari/537.36";
        assert_eq!([wechat, portal].map(InApp::of), [InApp::Yes; 2]);
        assert_eq!([chrome, qq_browser].map(InApp::of), [InApp::No; 2]);
    }
}
