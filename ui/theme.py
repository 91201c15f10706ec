"""The look of the chat page: a calm Gradio theme on system fonts, so that nothing is fetched for it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from gradio.themes import Base, Color, Size

_STATIC = Path(__file__).resolve().parent / "static"
_FONTS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "sans-serif",
)
_MONO = ("ui-monospace", "SFMono-Regular", "Consolas", "Noto Sans Mono CJK SC", "monospace")
_BLUE = Color(
    name="yrt", c50="#f0f5fb", c100="#dce8f6", c200="#bcd3ee", c300="#8fb5e0", c400="#5c90cd", c500="#3671b4",
    c600="#1d4f91", c700="#1a447c", c800="#183a67", c900="#173256", c950="#0f2038",
)  # fmt: skip
_GREY = Color(
    name="calm", c50="#f6f8fa", c100="#edf1f5", c200="#dde3ea", c300="#c3ccd6", c400="#93a0af", c500="#6a7788",
    c600="#4c5866", c700="#364150", c800="#212b36", c900="#171f28", c950="#10161d",
)  # fmt: skip
_RADIUS = Size(name="radius", xxs="3px", xs="5px", sm="7px", md="9px", lg="12px", xl="16px", xxl="20px")


def theme() -> Base:
    """Blue on grey, light and dark."""
    return Base(
        primary_hue=_BLUE, secondary_hue=_BLUE, neutral_hue=_GREY, radius_size=_RADIUS, font=_FONTS, font_mono=_MONO
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_width="0px",
        block_shadow="none",
        block_label_text_weight="500",
        block_title_text_weight="500",
        block_title_text_size="*text_sm",
        block_title_text_color="*neutral_600",
        block_title_text_color_dark="*neutral_300",
        input_background_fill="*neutral_50",
        input_background_fill_dark="*neutral_950",
        input_border_width="1px",
        input_border_color="*neutral_200",
        input_border_color_dark="*neutral_700",
        input_border_color_focus="*primary_400",
        input_border_color_focus_dark="*primary_400",
        input_shadow_focus="0 0 0 3px *primary_100",
        input_shadow_focus_dark="0 0 0 3px *primary_900",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_text_color="white",
        button_secondary_background_fill="white",
        button_secondary_background_fill_dark="*neutral_800",
        button_secondary_border_color="*neutral_200",
        button_secondary_border_color_dark="*neutral_700",
        button_border_width="1px",
    )


def head() -> str:
    """What goes into the page's head: icon, style sheet and scripts, by address and content hash.

    Handed to Gradio as text, a style sheet would be rewritten: every selector prefixed, those in media queries not.
    """
    scripts = "".join(f'<script src="{_address(name)}"></script>' for name in ("chat.js", "feedback.js"))
    return (
        '<link rel="icon" href="/advisor-static/mark.svg" type="image/svg+xml">'
        f'<link rel="stylesheet" href="{_address("chat.css")}">{scripts}'
    )


def _address(name: str) -> str:
    digest = sha256((_STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/advisor-static/{name}?v={digest}"
