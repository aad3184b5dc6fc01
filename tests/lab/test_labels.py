import pandas as pd

from tfw.lab.content import World
from tfw.lab.labels import write_world_labels
from tfw.relevance.agreement import agreement


def test_two_coders_label_the_same_posts_and_mostly_agree(tmp_path):
    world = World(seed=3, posts=400)
    table = pd.read_csv(write_world_labels(world, tmp_path / "a" / "labels.csv"), dtype=str)
    assert set(table["coder"]) == {"coder_1", "coder_2"}
    assert table["post_id"].nunique() * 2 == len(table) >= 300
    found = agreement(table)
    assert 0.7 < found.kappa.value < 1


def test_the_first_coder_knows_the_truth(tmp_path):
    world = World(seed=3, posts=60)
    table = pd.read_csv(write_world_labels(world, tmp_path / "labels.csv"), dtype=str)
    for row in table[table["coder"] == "coder_1"].itertuples():
        truth = world.find_post(row.post_id).about_fashion
        assert row.label == "unsure" or (row.label == "fashion") is truth
