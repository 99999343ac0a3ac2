from __future__ import annotations

import random

import pytest

from rag.decoding import canonical, decode

SIMPLIFIED = (
    "各位代表：现在，我代表临川湖区人民政府，向大会报告工作，请予审议。\n"
    "一、过去一年工作回顾\n全区生产总值达到１２３.4亿元，同比增长6.5%；“十件实事”全部办结。\n"
)
TRADITIONAL = "各位來賓：今年全市稅收達三百二十億元，我們將繼續推動舊城更新，讓市民安居樂業。\n"
CODEC = {"big5": "big5hkscs"}
ENCODINGS = ["utf-8", "gb18030", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("repeats", [1, 40])
def test_reads_simplified_text_in_every_encoding(encoding: str, repeats: int) -> None:
    text = SIMPLIFIED * repeats
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.damaged) == (text, encoding, 0)


@pytest.mark.parametrize("encoding", [*ENCODINGS, "big5"])
@pytest.mark.parametrize("repeats", [1, 40])
def test_reads_traditional_text_in_every_encoding(encoding: str, repeats: int) -> None:
    text = TRADITIONAL * repeats
    decoded = decode(text.encode(CODEC.get(encoding, encoding)))
    assert (decoded.text, decoded.encoding) == (text, encoding)


def test_an_ascii_head_does_not_hide_a_gbk_page() -> None:
    head = "<!-- " + "navigation " * 3000 + "-->\n"
    decoded = decode((head + SIMPLIFIED).encode("gbk"))
    assert (decoded.text, decoded.encoding) == (head + SIMPLIFIED, "gb18030")


def test_an_ascii_head_longer_than_the_sample_does_not_hide_a_gbk_page() -> None:
    text = "x" * (3 << 20) + SIMPLIFIED
    assert decode(text.encode("gbk")).text == text


@pytest.mark.parametrize("bad", [b"\xff", b"\x80", b"\xe4", b"\xc3"])
def test_one_bad_byte_in_utf8_costs_one_character(bad: bytes) -> None:
    head, tail = SIMPLIFIED[:20], SIMPLIFIED[20:]
    decoded = decode(head.encode() + bad + tail.encode())
    assert decoded.text == head + "\ufffd" + tail
    assert (decoded.encoding, decoded.damaged) == ("utf-8", 1)


def test_utf8_cut_inside_a_character_stays_utf8() -> None:
    decoded = decode(SIMPLIFIED[:30].encode()[:-1])
    assert decoded.text == SIMPLIFIED[:29] + "\ufffd"


def test_one_bad_byte_in_gbk_keeps_the_rest() -> None:
    head, tail = SIMPLIFIED[:32], SIMPLIFIED[33:]
    decoded = decode(head.encode("gbk") + b"\xff" + b"\n" + tail.encode("gbk"))
    assert decoded.encoding == "gb18030"
    assert decoded.text.startswith(head)
    assert decoded.text.endswith(tail)
    assert decoded.damaged == 1


@pytest.mark.parametrize(
    "text",
    ["全面推进依法治县工作会议", "发展是硬道理", "关于做好春耕生产的通知", "联通", "请予审议"],
)
def test_short_gbk_texts_are_read(text: str) -> None:
    decoded = decode(text.encode("gbk"))
    assert (decoded.text, decoded.encoding) == (text, "gb18030")


@pytest.mark.parametrize("text", ["市長致詞", "教育部公告", "推動經濟發展"])
def test_short_big5_texts_are_read(text: str) -> None:
    assert decode(text.encode("big5")).text == text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_rare_characters_in_names_are_kept(encoding: str) -> None:
    text = "出席会议的有朱镕基、李堃、王㐂明、陈𬭎，共１２３人，增长４.５％。"
    assert decode(text.encode(encoding)).text == text


def test_rare_characters_are_kept_in_big5() -> None:
    text = "出席會議的有李堃，共１２３人；經費￥５００，約１０～２０項。"
    written_by_windows = b"".join(c.encode("cp950" if c in "￥～" else "big5hkscs") for c in text)
    assert decode(written_by_windows).text == text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\x84\x31\x95\x33", "gb18030"),
    ],
)
def test_a_byte_order_mark_decides_and_is_not_text(mark: bytes, encoding: str) -> None:
    decoded = decode(mark + SIMPLIFIED.encode(encoding), declared="big5")
    assert (decoded.text, decoded.encoding) == (SIMPLIFIED, encoding)


@pytest.mark.parametrize("declared", ["utf-8", "big5", "latin-1", "no such", "utf-16", ""])
def test_a_wrong_declaration_is_not_believed(declared: str) -> None:
    decoded = decode(SIMPLIFIED.encode("gbk"), declared=declared)
    assert (decoded.text, decoded.encoding) == (SIMPLIFIED, "gb18030")


def test_a_declaration_decides_what_the_bytes_leave_open() -> None:
    both = "堃".encode("big5hkscs")  # 堃 in Big5, another rare character in GB 18030
    assert decode(both, declared="big5").text == "堃"
    assert decode(both, declared="gbk").text == both.decode("gb18030")


def test_only_newlines_are_changed() -> None:
    text = "　　李　炎 ：\tA\u2028B\x0bC  \r\n\r第二行\r\r\n末\u200b"
    assert decode(text.encode()).text == "　　李　炎 ：\tA\u2028B\x0bC  \n\n第二行\n\n末\u200b"


@pytest.mark.parametrize("data", [b"", b"\n", b"plain ASCII: 3.5 %\r\n", b"this app can break"])
def test_ascii_is_utf8(data: bytes) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (data.decode().replace("\r\n", "\n"), "utf-8")


def test_a_lost_character_in_the_source_is_counted() -> None:
    assert decode("李\ufffd同志的讲话".encode()).damaged == 1


def test_random_bytes_are_read_as_something() -> None:
    chance = random.Random(7)  # noqa: S311
    for length in range(200):
        assert isinstance(decode(chance.randbytes(length)).text, str)


def test_charset_names_are_known_by_any_spelling() -> None:
    assert canonical(" GB2312 ") == canonical("gbk") == canonical("GB18030") == "gb18030"
    assert canonical("Big5-HKSCS") == canonical("cp950") == "big5"
    assert canonical("UTF8") == "utf-8"
    assert canonical("koi8-r") is canonical("nonsense") is canonical("a\x00b") is None


SHORT = (
    "区长 讲话稿 林远山 联通 春耕生产 各位代表 会议纪要 开幕词 请予审议 政府工作报告 一、过去一年工作回顾 "
    "（2012年2月29日） 来源：区政府办 全区生产总值 朱镕基 陈堃同志"
).split()
SHORT_TRADITIONAL = "縣長 講話稿 市長致詞 施政報告 立法院 各位來賓 國慶演說 行政院院長".split()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
@pytest.mark.parametrize("text", SHORT)
def test_texts_of_a_few_characters(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("text", SHORT_TRADITIONAL)
def test_traditional_texts_of_a_few_characters(text: str) -> None:
    assert decode(text.encode("big5")).text == text
    assert decode(text.encode("gb18030")).text == text


def test_three_bad_bytes_in_a_short_utf8_text() -> None:
    data = bytearray("现在向大会报告工作，请予审议。".encode())
    data[1] = data[13] = data[31] = 0xFF
    decoded = decode(bytes(data))
    assert decoded.encoding == "utf-8"
    assert "在向大" in decoded.text
    assert "报告工作，" in decoded.text
    assert decoded.text.endswith("审议。")


@pytest.mark.parametrize("bad", [0x80, 0xFF])
@pytest.mark.parametrize("position", [0, 20, 62])
def test_a_damaged_pair_does_not_put_a_line_of_gbk_out_of_step(bad: int, position: int) -> None:
    line = "现在我代表区人民政府向大会报告工作请予审议并请区政协委员和列席会议的同志提出意见"
    data = bytearray(line.encode("gbk"))
    data[position] = bad  # the first byte of a character
    decoded = decode(bytes(data))
    kept = position // 2
    assert decoded.encoding == "gb18030"
    assert decoded.text in (
        f"{line[:kept]}\ufffd{line[kept + 1 :]}",
        f"{line[:kept]}\ufffd\ufffd{line[kept + 1 :]}",
    )


def test_nul_characters_stay() -> None:
    text = f"{SIMPLIFIED}\x00{SIMPLIFIED}"
    for encoding in ENCODINGS:
        assert decode(text.encode(encoding)).text == text
