"""WeChat's own browser shows pages well and drops downloads: whoever asks for a file there is told what to do instead."""


def in_wechat(request) -> bool:
    return "MicroMessenger" in request.headers.get("User-Agent", "")
