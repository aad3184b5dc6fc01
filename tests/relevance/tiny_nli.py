"""A small natural language inference model with random weights, made on the spot."""

from pathlib import Path

CAPTIONS = [
    "my outfit for today, new dress and boots",
    "we won the match, what a goal",
    "",
    "how to bake bread at home with three ingredients only and no oven at all, step by step",
    "👗👗",
    "ootd",
]


NAMED = {
    "num_labels": 3,
    "id2label": {0: "contradiction", 1: "neutral", 2: "entailment"},
    "label2id": {"contradiction": 0, "neutral": 1, "entailment": 2},
}


def make_tiny_model(folder: Path) -> Path:
    """Two layers, the words of the captions, and outputs with the usual names."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    words = save_tokenizer(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=words,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.6,
        **NAMED,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def make_tiny_bart(folder: Path, *, end: str = " [SEP]:1") -> Path:
    """The same with an encoder and a decoder, as bart-large-mnli has them.

    ``end`` is what the tokenizer puts after a pair; the classifier reads the last [SEP].
    """
    import torch
    from transformers import BartConfig, BartForSequenceClassification

    words = save_tokenizer(folder, end)
    torch.manual_seed(3)
    config = BartConfig(
        vocab_size=words,
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        init_std=0.6,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=3,
        decoder_start_token_id=3,
        forced_eos_token_id=None,
        **NAMED,
    )
    BartForSequenceClassification(config).save_pretrained(folder)
    return folder


def save_tokenizer(folder: Path, end: str = " [SEP]:1") -> int:
    """Save the tokenizer of the captions' words; how many words it knows."""
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers.models import WordLevel
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    words = sorted({w for text in CAPTIONS for w in text.replace(",", " , ").split()})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "This", "text", "is", "about", "fashion", "."]
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys([*special, *words]))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair=f"[CLS] $A [SEP] $B:1{end}",
        special_tokens=[("[UNK]", 1), ("[CLS]", 2), ("[SEP]", 3)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(folder)
    return len(vocabulary)
