"""The Lantern on Willow Lane: its lines and notes."""

from films.demo.words import Line, Remark

LINES = (
    Line(2600, 5600, "The first full moon of the year.", "一年里的第一轮圆月。"),
    Line(9200, 12_000, "Mother made this rabbit for me.", "这只兔子灯是妈妈扎的。"),
    Line(
        18_950, 21_900, "Now a mirror, now a sickle:\nwhat hangs in the sky?", "像圆镜，又像镰刀，\n挂在天上的是什么？"
    ),
    Line(22_500, 24_700, "Hold on, little rabbit.", "小兔子，抓紧了。"),
    Line(26_200, 28_700, "It went out.", "灯灭了。"),
    Line(29_600, 32_300, "A cold rabbit? Sit down, eat first.", "灯灭了？先坐下，吃一碗。"),
    Line(32_900, 35_900, "Grandpa, I cannot guess the riddle.", "爷爷，这灯谜我猜不出。"),
    Line(37_000, 39_000, "Look into your bowl.", "看看你的碗。"),
    Line(40_200, 42_700, "It is the moon!", "是月亮！"),
    Line(43_600, 46_400, "Right! Here is a flame for you.", "猜对了！这火苗送给你。"),
    Line(51_200, 54_600, "Good night, rabbit. Good night, moon.", "晚安，小兔。晚安，月亮。"),
)

REMARKS = (
    Remark(
        "lantern-festival",
        6300,
        13_700,
        "custom",
        ("Lantern Festival", "The fifteenth night of the first month,\nwhich closes the New Year season."),
        ("元宵节", "正月十五是元宵节，\n年节到这一夜才算结束。"),
        ("敦崇《燕京岁时记》（1906）", "Derk Bodde, Festivals in Classical China (1975)"),
        (
            (
                "Lantern Festival",
                "元宵节",
                "Yuánxiāojié",
                "The first full-moon night of the lunar year",
                "农历正月十五之夜",
            ),
        ),
        6000,
    ),
    Remark(
        "lantern-riddles",
        14_200,
        18_900,
        "history",
        ("Lantern riddles", "Song townsfolk already wrote riddles\non their silk lanterns."),
        ("灯谜", "南宋人已把谜语\n写在绢灯上。"),
        ("周密《武林旧事》卷二（13 世纪）",),
        (
            (
                "lantern riddle",
                "灯谜",
                "dēngmí",
                "A riddle hung from a lantern for passers-by to guess",
                "挂在灯上供人猜的谜语",
            ),
        ),
        14_000,
        picture="riddle-lantern.jpg",
        shows={
            "en": "A red lantern with a riddle on a strip of paper beside it",
            "zh-Hans": "一盏红灯笼，旁边挂着写有灯谜的纸条",
            "zh-Hant": "一盞紅燈籠，旁邊掛著寫有燈謎的紙條",
            "es": "Un farol rojo y, a su lado, una tira de papel con una adivinanza",
            "it": "Una lanterna rossa e, accanto, una striscia di carta con un indovinello",
            "ko": "붉은 등롱과 그 옆에 걸린 수수께끼 종이",
            "fr": "Une lanterne rouge et, à côté, une bande de papier portant une devinette",
        },
    ),
    Remark(
        "willow-stay",
        22_200,
        28_800,
        "language",
        ("The willow", "Liu, willow, sounds like 'stay'.\nFriends parting gave a branch."),
        ("柳与留", "“柳”与“留”谐音，\n古人折柳送别。"),
        ("《三辅黄图》卷六", "《诗经·小雅·采薇》"),
        (
            ("willow", "柳", "liǔ", "Willow tree", "柳树"),
            ("to stay", "留", "liú", "To stay, to keep from leaving", "停留，挽留"),
        ),
        22_000,
        "more",
    ),
    Remark(
        "tangyuan",
        36_700,
        42_800,
        "language",
        ("Round as reunion", "Tangyuan sounds like tuanyuan,\na family together."),
        ("团团圆圆", "“汤圆”音近“团圆”，\n圆圆一碗，合家相聚。"),
        ("周必大《元宵煮浮圆子》诗（12 世纪）",),
        (
            ("tangyuan", "汤圆", "tāngyuán", "Round dumplings of glutinous rice in broth", "糯米做的圆子"),
            ("reunion", "团圆", "tuányuán", "A family being together", "一家人相聚"),
        ),
        36_500,
    ),
    Remark(
        "no-curfew",
        43_300,
        49_700,
        "history",
        ("No curfew", "In Tang Chang'an the night curfew was\nlifted for this festival."),
        ("金吾不禁", "唐代长安平日宵禁，\n元宵夜特许通行。"),
        ("刘肃《大唐新语》卷八（807）", "苏味道《正月十五夜》"),
        (("curfew", "宵禁", "xiāojìn", "The ban on walking the streets at night", "夜间禁止通行的制度"),),
        45_000,
        "more",
    ),
    Remark(
        "moon-rabbit",
        50_300,
        56_700,
        "person",
        ("A rabbit in the moon", "Qu Yuan already asked why\na rabbit lives there."),
        ("月中玉兔", "屈原《天问》已问：\n月腹之中，为何有兔？"),
        ("《楚辞·天问》：“厥利维何，而顾菟在腹？”",),
        (("jade rabbit", "玉兔", "yùtù", "The rabbit seen in the moon's shadows", "传说住在月亮里的兔子"),),
        50_000,
    ),
)
