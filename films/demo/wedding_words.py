"""The Mouse Bride: its lines and notes."""

from films.demo.words import Line, Remark

LINES = (
    Line(3200, 5800, "A mouse girl is to be married.", "老鼠家要嫁女儿。"),
    Line(6600, 9500, "She shall have the strongest husband.", "要嫁，就嫁最强的。"),
    Line(13_900, 16_400, "Sun, are you the strongest of all?", "太阳，你最强吗？"),
    Line(16_900, 19_500, "The cloud can cover me.", "乌云能遮住我。"),
    Line(20_500, 23_000, "Cloud, then it must be you.", "那么，是乌云你吗？"),
    Line(23_500, 26_100, "The wind blows me away.", "大风能吹散我。"),
    Line(27_000, 29_400, "Wind, marry our daughter!", "大风，娶我女儿吧！"),
    Line(29_900, 32_600, "The wall stops me every time.", "高墙能挡住我。"),
    Line(33_400, 35_800, "And you, wall, fear nobody?", "高墙，你谁也不怕吧？"),
    Line(36_600, 39_600, "Only that mouse.", "只怕那只老鼠。"),
    Line(42_000, 45_000, "Strike the gongs, lift the chair!", "敲起锣，抬起轿！"),
    Line(50_600, 53_000, "Hush. On tiptoe, everyone.", "嘘，踮起脚尖。"),
    Line(55_400, 56_800, "Run!", "快跑！"),
)

REMARKS = (
    Remark(
        "window-flowers", 6300, 13_300, "craft",
        ("Window flowers", "Cut for New Year and pasted on paper\nwindows, lit from behind."),
        ("窗花", "过年剪红纸贴窗上，\n光从背后透进来。"),
        ("UNESCO, Representative List of the Intangible Cultural Heritage: Chinese paper-cut (2009)",),
        (("window flower", "窗花", "chuānghuā", "A paper-cut pasted on a window", "贴在窗上的剪纸"),),
        6000,
    ),
    Remark(
        "first-cuts", 13_600, 19_900, "craft",
        ("Crescent and saw-tooth", "Basic cuts of the craft."),
        ("月牙与锯齿", "剪纸最基本的两种刀口。"),
        ("王伯敏《中国民间剪纸史》（2006）",),
        (
            ("crescent cut", "月牙纹", "yuèyáwén", "A moon-shaped opening: eyes, folds, feathers", "月牙形的镂空"),
            ("saw-tooth cut", "锯齿纹", "jùchǐwén", "A row of fine points: fur, petals, hems", "成排的细尖"),
        ),
        14_500,
        "more",
    ),
    Remark(
        "lucky-cloud", 20_200, 26_300, "craft",
        ("Lucky cloud", "Curled clouds, xiangyun, wish luck."),
        ("祥云", "卷曲的云纹寓意吉祥。"),
        ("Patricia Bjaaland Welch, Chinese Art: A Guide to Motifs and Visual Imagery (2008)",),
        (("auspicious cloud", "祥云", "xiángyún", "A curled cloud, a sign of good fortune", "象征吉祥的云纹"),),
        21_500,
        "more",
    ),
    Remark(
        "suona", 40_200, 45_200, "music",
        ("Suona", "A wedding horn with a Persian name."),
        ("唢呐", "婚礼上的主角，名字源自波斯语。"),
        ("Laurence Picken, Folk Musical Instruments of Turkey (1975)", "国家级非物质文化遗产名录：唢呐艺术（2006）"),
        (("suona", "唢呐", "suǒnà", "A loud double-reed horn; from Persian surna", "双簧吹管乐器，译自波斯语 surna"),),
        41_000,
    ),
    Remark(
        "old-tale", 45_400, 49_800, "history",
        ("An old tale", "Told from India to Japan: sun, cloud,\nwind, wall, mouse."),
        ("古老的故事", "从印度到日本，\n都讲这一圈比大小。"),
        ("Hans-Jörg Uther, The Types of International Folktales (2004), ATU 2031C", "Panchatantra, book III"),
        (("the mouse's wedding", "老鼠嫁女", "lǎoshǔ jià nǚ", "The mice marry off their daughter", "民间故事与年画题材"),),
        46_000,
    ),
    Remark(
        "mouse-night", 50_300, 55_300, "custom",
        ("The mice's night", "People go to bed early not to disturb."),
        ("鼠娶亲之夜", "这一夜人们早睡，\n不去惊扰老鼠的喜事。"),
        ("鲁迅《狗·猫·鼠》（1926）",),
        (("mice's wedding night", "老鼠成亲", "lǎoshǔ chéngqīn", "A night of the first lunar month; the date differs by region", "正月里的一夜，各地日期不同"),),
        50_000,
    ),
)
