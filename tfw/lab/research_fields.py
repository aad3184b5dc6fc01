"""The endpoints of the Research API: their paths, fields and quota buckets."""

from dataclasses import dataclass
from typing import Literal

Bucket = Literal["normal", "follows"]

VIDEO_FIELDS = frozenset(
    "id create_time username region_code video_description music_id like_count comment_count"
    " share_count view_count favorites_count hashtag_names hashtag_info_list effect_ids"
    " effect_info_list sticker_info_list video_mention_list video_label video_tag playlist_id"
    " voice_to_text is_stem_verified video_duration".split()
)
USER_VIDEO_FIELDS = VIDEO_FIELDS - {"effect_ids", "playlist_id", "voice_to_text"}
USER_FIELDS = frozenset(
    "display_name bio_description avatar_url is_verified follower_count following_count"
    " likes_count video_count bio_url".split()
)
COMMENT_FIELDS = frozenset(
    "id video_id text like_count reply_count parent_comment_id create_time".split()
)
SHOP_FIELDS = frozenset(
    "shop_name shop_rating shop_review_count item_sold_count shop_id shop_performance_value".split()
)
PRODUCT_FIELDS = frozenset(
    "product_id product_name product_description product_price product_sold_count"
    " product_review_count product_rating shop_name".split()
) | {f"product_rating_{stars}_count" for stars in range(1, 6)}
REVIEW_FIELDS = frozenset(
    "product_name review_text review_like_count create_time review_rating".split()
)


@dataclass(frozen=True)
class Endpoint:
    """An endpoint; ``fields`` is None where the ``fields`` parameter is not used."""

    path: str
    fields: frozenset[str] | None = None
    fields_in_body: bool = False
    bucket: Bucket = "normal"


TOKEN = "oauth/token"
ENDPOINTS = {
    endpoint.path: endpoint
    for endpoint in (
        Endpoint("video/query", VIDEO_FIELDS),
        Endpoint("video/comment/list", COMMENT_FIELDS),
        Endpoint("user/info", USER_FIELDS),
        Endpoint("user/liked_videos", USER_VIDEO_FIELDS),
        Endpoint("user/pinned_videos", USER_VIDEO_FIELDS),
        Endpoint("user/reposted_videos", USER_VIDEO_FIELDS),
        Endpoint("user/followers", bucket="follows"),
        Endpoint("user/following", bucket="follows"),
        Endpoint("playlist/info"),
        Endpoint("tts/shop", SHOP_FIELDS, fields_in_body=True),
        Endpoint("tts/product", PRODUCT_FIELDS, fields_in_body=True),
        Endpoint("tts/review", REVIEW_FIELDS, fields_in_body=True),
        Endpoint("validation_task/create"),
        Endpoint("validation_task_status/get"),
        Endpoint("validation_task/download"),
    )
}
# The country codes that a query may name.
REGIONS = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR"
    " BS BT BV BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CU CV CW CY CZ DE DJ DK DM DO DZ EC EE"
    " EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN"
    " HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI"
    " LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA"
    " NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU"
    " RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN"
    " TO TP TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM"
    " ZW".split()
)
LENGTHS = ("SHORT", "MID", "LONG", "EXTRA_LONG")


def length_of(seconds: int) -> str:
    """The word for a duration: up to 15 s, 60 s, 5 minutes, or longer."""
    for limit, word in ((15, "SHORT"), (60, "MID"), (300, "LONG")):
        if seconds < limit or (limit > 15 and seconds == limit):
            return word
    return "EXTRA_LONG"
