"""The ``video``, ``music`` and ``imagePost`` objects of a web item; no address leads anywhere."""

from hashlib import blake2b
from typing import Any

from tfw.lab.things import WorldMusic, WorldPost

Json = dict[str, Any]

MEDIA = "https://media.standin.invalid"
_HOURS_OF_LIFE = 24


def video_as_web(post: WorldPost) -> Json:
    """The ``video`` object; a photo post has one without address and length."""
    cover, size = f"{MEDIA}/c/{post.id}", post.duration * 150_000
    video: Json = {
        "VQScore": "63.4",
        "claInfo": {"enableAutoCaption": True, "hasOriginalAudio": True, "noCaptionReason": 3},
        "cover": f"{cover}.jpeg",
        "downloadAddr": f"{MEDIA}/video/{post.id}-dl.mp4",
        "duration": post.duration,
        "dynamicCover": f"{cover}-d.jpeg",
        "height": 1024,
        "id": post.id,
        "originCover": f"{cover}-o.jpeg",
        "playAddr": f"{MEDIA}/video/{post.id}-576.mp4",
        "ratio": "540p",
        "shareCover": ["", f"{cover}-s.jpeg"],
        "width": 576,
        "zoomCover": {str(width): f"{cover}-{width}.jpeg" for width in (240, 480, 720, 960)},
    }
    if post.photos:
        return video | {"downloadAddr": "", "playAddr": "", "ratio": ""}
    return video | _encoding(post, size)


def _encoding(post: WorldPost, size: int) -> Json:
    return {
        "PlayAddrStruct": _play_address(post, size),
        "bitrate": 1_200_000,
        "bitrateInfo": [
            {
                "Bitrate": 1_200_000,
                "BitrateFPS": 30,
                "CodecType": "h264",
                "Format": "mp4",
                "GearName": "normal_540_0",
                "MVMAF": "",
                "PlayAddr": _play_address(post, size),
                "QualityType": 20,
                "VideoExtra": "",
            }
        ],
        "codecType": "h264",
        "definition": "540p",
        "encodeUserTag": "",
        "encodedType": "normal",
        "format": "mp4",
        "size": size,
        "videoID": f"v0standin{post.index:07}",
        "videoQuality": "normal",
        "volumeInfo": {"Loudness": -20.1, "Peak": 0.28},
    }


def _play_address(post: WorldPost, size: int) -> Json:
    expires = post.created + _HOURS_OF_LIFE * 3600
    hosts = (f"{MEDIA}/video", f"{MEDIA}/alt")
    return {
        "DataSize": size,
        "FileCs": "c:0-1000-abcd",
        "FileHash": blake2b(post.id.encode(), digest_size=16).hexdigest(),
        "Height": 1024,
        "Uri": f"v0standin{post.index:07}",
        "UrlKey": f"v0standin{post.index:07}_h264_576p_1200000",
        "UrlList": [f"{host}/{post.id}-576.mp4?x-expires={expires}" for host in hosts],
        "Width": 576,
    }


def music_as_web(music: WorldMusic) -> Json:
    """The ``music`` object."""
    return {
        "authorName": music.author,
        "coverLarge": f"{MEDIA}/m/{music.id}-l.jpeg",
        "coverMedium": f"{MEDIA}/m/{music.id}-m.jpeg",
        "coverThumb": f"{MEDIA}/m/{music.id}-t.jpeg",
        "duration": music.duration,
        "id": music.id,
        "isCopyrighted": not music.original,
        "original": music.original,
        "playUrl": f"{MEDIA}/m/{music.id}.mp3",
        "private": False,
        "title": music.title,
        "tt2dsp": {"tt_to_dsp_song_infos": []},
    }


def image_post(post: WorldPost) -> Json:
    """The ``imagePost`` object of a photo post."""
    images = [_image(post, number) for number in range(post.photos)]
    return {"images": images, "cover": images[0], "shareCover": images[0], "title": ""}


def _image(post: WorldPost, number: int) -> Json:
    address = f"{MEDIA}/p/{post.id}-{number}.jpeg"
    return {"imageURL": {"urlList": [address]}, "imageWidth": 1080, "imageHeight": 1440}
