"""Comments of the invented world as TikTok's comment lists hand them out."""

import json
from typing import Any

from tfw.lab.things import WorldAccount, WorldComment, WorldPost
from tfw.lab.web_media import MEDIA
from tfw.lab.web_posts import utf16_length

Json = dict[str, Any]


def comment_as_web_item(comment: WorldComment, post: WorldPost) -> Json:
    """The object of a comment in a comment list or a reply list."""
    item: Json = {
        "cid": comment.id,
        "aweme_id": comment.post_id,
        "text": comment.text,
        "create_time": comment.created,
        "digg_count": comment.likes,
        "reply_id": comment.parent_id or "0",
        "reply_to_reply_id": comment.answers_id or "0",
        "reply_comment": None,
        "author_pin": comment.pinned,
        "is_author_digged": comment.liked_by_creator,
        "stick_position": int(comment.pinned),
        "status": 1,
        "no_show": False,
        "user_digged": 0,
        "user_buried": False,
        "collect_stat": 0,
        "comment_language": comment.language if comment.text else "un",
        "is_comment_translatable": comment.language != "en",
        "is_high_purchase_intent": False,
        "fold_status": -1,
        "forbid_reply_with_video": False,
        "allow_download_photo": True,
        "trans_btn_style": 0,
        "image_list": None if comment.text else [_picture(comment)],
        "label_list": [{"text": "Creator", "type": 1}] if comment.by_creator else None,
        "comment_post_item_ids": None,
        "text_extra": [_mention(comment, account) for account in comment.mentions],
        "sort_tags": json.dumps({"top_list": 1}),
        "sort_extra_score": {"reply_score": 0.01, "show_more_score": 0.05},
        "share_info": _share(comment, post),
        "user": _user(comment.author),
    }
    if comment.by_creator:
        item |= {"label_text": "Creator", "label_type": 1}
    return item if comment.parent_id else item | {"reply_comment_total": comment.replies}


def _share(comment: WorldComment, post: WorldPost) -> Json:
    query = f"_d=x&comment_author_id=0&preview_pb=0&share_comment_id={comment.id}"
    return {
        "acl": {"code": 0, "extra": "{}"},
        "desc": f"{comment.author.handle}'s comment: {comment.text}",
        "title": post.description,
        "url": f"https://m.tiktok.com/v/{post.id}.html?{query}",
    }


def _user(account: WorldAccount) -> Json:
    picture = f"{MEDIA}/a/{account.id}"
    return {
        "uid": account.id,
        "unique_id": account.handle,
        "nickname": account.nickname,
        "sec_uid": account.sec_uid,
        "avatar_thumb": {
            "uri": f"avt/{account.id}",
            "url_list": [f"{picture}.webp", f"{picture}.jpeg"],
            "url_prefix": None,
        },
        "custom_verify": "",
        "enterprise_verify_reason": "",
        "predicted_age_group": "",
        "followers_detail": None,
        "platform_sync_info": None,
    }


def _mention(comment: WorldComment, account: WorldAccount) -> Json:
    mark = f"@{account.handle}"
    start = utf16_length(comment.text[: comment.text.index(mark)])
    return {
        "start": start,
        "end": start + utf16_length(mark),
        "user_id": account.id,
        "sec_uid": account.sec_uid,
    }


def _picture(comment: WorldComment) -> Json:
    address = {
        "uri": f"img/{comment.id}",
        "url_list": [f"{MEDIA}/i/{comment.id}.webp"],
        "width": 480,
        "height": 480,
    }
    return {"crop_url": address, "origin_url": address}
