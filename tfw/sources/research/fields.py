"""The names and limits the Research API knows: fields, operations, regions, video lengths.

Data only, from TikTok's documentation of version 2 as of 2026; where it contradicts itself, what
the API was seen to accept.
"""

from typing import Literal

MAX_PER_PAGE = 100
MAX_RANGE_DAYS = 31
"""The days one request may cover: end - start is at most 30, and both ends are included."""
COMMENTS_CAP = 1_000
"""The comments of one video that the API hands out."""
FOLLOWERS_CAP = 5_000
"""About where lists of followers were seen to end."""

VIDEO_FIELDS = tuple(
    """
    id create_time username region_code video_description music_id like_count comment_count
    share_count view_count favorites_count hashtag_names hashtag_info_list effect_ids
    effect_info_list sticker_info_list video_mention_list video_label video_tag playlist_id
    voice_to_text is_stem_verified video_duration
    """.split()
)
ONLY_IN_VIDEO_QUERIES = ("effect_ids", "playlist_id", "voice_to_text")
USER_VIDEO_FIELDS = tuple(name for name in VIDEO_FIELDS if name not in ONLY_IN_VIDEO_QUERIES)
USER_FIELDS = tuple(
    """
    display_name bio_description avatar_url is_verified follower_count following_count
    likes_count video_count bio_url
    """.split()
)
COMMENT_FIELDS = tuple(
    "id video_id text like_count reply_count parent_comment_id create_time".split()
)
SHOP_FIELDS = tuple(
    """
    shop_name shop_rating shop_review_count item_sold_count shop_id shop_performance_value
    """.split()
)
PRODUCT_FIELDS = tuple(
    """
    product_id product_name product_description product_price product_sold_count
    product_review_count product_rating_1_count product_rating_2_count product_rating_3_count
    product_rating_4_count product_rating_5_count
    """.split()
)
REVIEW_FIELDS = tuple(
    "product_name review_text review_like_count create_time review_rating".split()
)
FIELD_HINTS = {
    "favourites_count": "favorites_count",
    "favorite_count": "favorites_count",
    "collect_count": "favorites_count",
    "video_id": "id",
    "description": "video_description",
    "caption": "video_description",
    "author": "username",
    "user_name": "username",
    "hashtags": "hashtag_names",
    "hashtag_name": "hashtag_names",
    "play_count": "view_count",
    "digg_count": "like_count",
    "create_date": "create_time",
    "duration": "video_duration",
    "video_length": "video_duration",
}
"""What other programs, or the query fields, call a field of the answer."""

ORDERING_OPERATIONS = ("GT", "GTE", "LT", "LTE")
OPERATIONS = ("EQ", "IN", *ORDERING_OPERATIONS)
Kind = Literal["date", "username", "region", "id", "hashtag", "text", "length", "count"]
QUERY_FIELDS: dict[str, Kind] = {
    "create_date": "date",
    "username": "username",
    "region_code": "region",
    "video_id": "id",
    "hashtag_name": "hashtag",
    "keyword": "text",
    "music_id": "id",
    "effect_id": "id",
    "video_length": "length",
    "view_count": "count",
    "comment_count": "count",
}
ORDERED_FIELDS = ("create_date", "view_count", "comment_count")
QUERY_FIELD_HINTS = {
    "hashtag": "hashtag_name",
    "hashtags": "hashtag_name",
    "hashtag_names": "hashtag_name",
    "id": "video_id",
    "region": "region_code",
    "country": "region_code",
    "length": "video_length",
    "video_duration": "video_length",
    "duration": "video_length",
    "create_time": "create_date",
    "user": "username",
    "author": "username",
    "video_description": "keyword",
    "description": "keyword",
    "text": "keyword",
}
"""What other programs, or the answers, call a field that can be asked for."""
NOT_FILTERABLE = (
    "like_count",
    "share_count",
    "favorites_count",
    "playlist_id",
    "voice_to_text",
    "language",
    "is_verified",
)

VIDEO_LENGTHS = {
    "SHORT": "under 15 seconds",
    "MID": "15 to 60 seconds",
    "LONG": "1 to 5 minutes",
    "EXTRA_LONG": "over 5 minutes",
}
REGIONS = tuple(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN
    HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI
    LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU
    RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN
    TO TP TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """.split()
)
REGION_HINTS = {"UK": "GB", "EN": "GB", "EL": "GR", "USA": "US", "GBR": "GB", "DEU": "DE"}

Bucket = Literal["general", "follow"]
DAILY_REQUESTS: dict[Bucket, int] = {"general": 1_000, "follow": 20_000}
"""Requests a day (UTC) by default: one bucket for followers and following, one for the rest."""
