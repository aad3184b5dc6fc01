"""Posts whose topics are known, for tests of learning."""

import random

from tfw.relevance.instagram import InstagramPost

TOPICS = {
    "shoes": "sneaker boot sandal loafer heel lace sole leather suede trainer",
    "jewels": "necklace earring bracelet diamond pearl pendant brooch charm gemstone jeweler",
    "beach": "bikini swimsuit sunglasses towel sunscreen sarong flipflop surfboard lagoon",
    "tailor": "suit blazer waistcoat lapel cufflink tuxedo tailor pinstripe tweed collar",
}
CHATTER = "the one please follow model get dog love today new photo best link bio good".split()


def planted_posts(count: int, seed: int = 0) -> list[InstagramPost]:
    """Each post is about one topic, with ordinary chatter in between."""
    dice = random.Random(seed)
    posts = []
    for number in range(count):
        words = dice.choice(list(TOPICS.values())).split()
        said = [*dice.choices(words, k=6), *dice.choices(CHATTER, k=6)]
        dice.shuffle(said)
        posts.append(
            InstagramPost(
                id=f"{number}_1",
                brands=(dice.choice(["zara", "gucci", "coach"]),),
                caption=" ".join(said),
                hashtags=("instagood", "the", dice.choice(words), "outfitideas"),
            )
        )
    return posts
