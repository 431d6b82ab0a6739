"""Who decided the scoring standards of the demo."""

SOURCE = "居民代表会议审议通过"
# Both are told of in the newspaper: after asking from door to door, and by the owners' representatives.
OWN_SOURCE = {
    "wenfeng": "入户走访征求意见后，居民代表会议议定",
    "daimoge": "小区业主代表会议征求意见后，居民代表会议议定",
}
