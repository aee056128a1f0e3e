"""The Lantern on Willow Lane: its notes in further languages, each within its own reading time.

Chinese characters of terms are the traditional ones where readers know those: in 繁體中文 and in Korean.
"""

from films.demo.words import Telling, Term

TELLINGS = {
    "zh-Hant": {
        "lantern-festival": Telling(
            "元宵節",
            "正月十五，又稱「小過年」，\n年節到這一夜才算過完。",
            (Term("元宵節", "農曆正月十五之夜", "元宵節"),),
        ),
        "lantern-riddles": Telling(
            "燈謎", "南宋人已把謎語\n題在絹燈上。", (Term("燈謎", "掛在燈上供人猜的謎語", "燈謎"),)
        ),
        "willow-stay": Telling(
            "柳與留",
            "「柳」與「留」諧音，\n古人折柳送別。",
            (Term("柳", "柳樹", "柳"), Term("留", "停留、挽留", "留")),
        ),
        "tangyuan": Telling(
            "團團圓圓",
            "「湯圓」音近「團圓」，\n一碗圓滿，闔家團聚。",
            (Term("湯圓", "糯米搓成的圓子", "湯圓"), Term("團圓", "一家人相聚", "團圓")),
        ),
        "no-curfew": Telling(
            "金吾不禁",
            "唐代長安平日實施宵禁，\n唯元宵夜特准通行。",
            (Term("宵禁", "夜間禁止通行的制度", "宵禁"),),
        ),
        "moon-rabbit": Telling(
            "月中玉兔",
            "屈原〈天問〉早已問道：\n月腹之中，為何有兔？",
            (Term("玉兔", "傳說住在月亮裡的兔子", "玉兔"),),
        ),
    },
    "es": {
        "lantern-festival": Telling(
            "Fiesta de los Faroles",
            "La noche quince del primer mes lunar\ncierra las fiestas de Año Nuevo.",
            (Term("Fiesta de los Faroles", "Primera noche de luna llena del año lunar"),),
        ),
        "lantern-riddles": Telling(
            "Adivinanzas en faroles",
            "Ya bajo los Song se escribían\nen faroles de seda.",
            (Term("adivinanza de farol", "Adivinanza colgada de un farol para quien pase"),),
        ),
        "willow-stay": Telling(
            "El sauce",
            "«Liu» suena a «quédate»: al despedirse\nse daba una rama.",
            (Term("sauce", "El árbol del sauce"), Term("quedarse", "Quedarse; retener a quien se va")),
        ),
        "tangyuan": Telling(
            "Tangyuan",
            "Suena a «tuanyuan»,\nla familia reunida.",
            (
                Term("tangyuan", "Bolitas de arroz glutinoso en caldo dulce"),
                Term("reunión", "La familia, junta"),
            ),
        ),
        "no-curfew": Telling(
            "Sin toque de queda",
            "En la Chang'an de los Tang,\nesta noche se podía salir.",
            (Term("toque de queda", "Prohibición de andar de noche por las calles"),),
        ),
        "moon-rabbit": Telling(
            "Un conejo en la luna",
            "Qu Yuan ya preguntaba\npor qué vive allí.",
            (Term("conejo de jade", "El conejo que se ve en las sombras de la luna"),),
        ),
    },
    "it": {
        "lantern-festival": Telling(
            "Festa delle Lanterne",
            "La quindicesima notte del primo mese\nchiude il Capodanno.",
            (Term("Festa delle Lanterne", "Prima notte di luna piena dell'anno lunare"),),
        ),
        "lantern-riddles": Telling(
            "Indovinelli",
            "Già in epoca Song si scrivevano\nsulle lanterne di seta.",
            (Term("indovinello di lanterna", "Indovinello appeso a una lanterna per chi passa"),),
        ),
        "willow-stay": Telling(
            "Il salice",
            "«Liu» suona come «resta»: a chi partiva\nsi dava un ramo.",
            (Term("salice", "L'albero del salice"), Term("restare", "Restare; trattenere chi parte")),
        ),
        "tangyuan": Telling(
            "Tangyuan",
            "Suona come «tuanyuan»,\nla famiglia riunita.",
            (
                Term("tangyuan", "Gnocchi di riso glutinoso in brodo dolce"),
                Term("riunione", "La famiglia insieme"),
            ),
        ),
        "no-curfew": Telling(
            "Niente coprifuoco",
            "Nella Chang'an dei Tang, quella notte\nsi usciva.",
            (Term("coprifuoco", "Divieto di girare di notte per le strade"),),
        ),
        "moon-rabbit": Telling(
            "Il coniglio sulla luna",
            "Qu Yuan già si chiedeva\nperché vivesse lì.",
            (Term("coniglio di giada", "Il coniglio che si vede nelle ombre della luna"),),
        ),
    },
    "ko": {
        "lantern-festival": Telling(
            "원소절",
            "정월 대보름과 같은 날로,\n설 명절이 이 밤에 끝납니다.",
            (Term("원소절", "음력 정월 보름날 밤", "元宵節"),),
        ),
        "lantern-riddles": Telling(
            "등불 수수께끼",
            "송나라 때 이미 비단 등에\n수수께끼를 적었습니다.",
            (Term("등불 수수께끼", "등에 걸어 두고 지나는 이가 맞히는 수수께끼", "燈謎"),),
        ),
        "willow-stay": Telling(
            "버들과 머무름",
            "류(柳)는 머물 류(留)와\n음이 같아 이별 때 줬습니다.",
            (Term("버들", "버드나무", "柳"), Term("머무름", "머무르다, 떠나지 못하게 붙들다", "留")),
        ),
        "tangyuan": Telling(
            "탕위안",
            "‘퇀위안’, 곧 온 가족이\n모인다는 말과 비슷합니다.",
            (Term("탕위안", "찹쌀로 빚어 국물에 띄운 새알심", "湯圓"), Term("단원", "온 가족이 한데 모임", "團圓")),
        ),
        "no-curfew": Telling(
            "통금 없는 밤",
            "당나라 장안도 이날 밤만은\n통행금지를 풀었습니다.",
            (Term("통행금지", "밤에 거리를 다니지 못하게 한 제도", "宵禁"),),
        ),
        "moon-rabbit": Telling(
            "달 속의 토끼",
            "굴원은 일찍이 달에 왜\n토끼가 사는지 물었습니다.",
            (Term("옥토끼", "달의 그림자에 보인다는 토끼", "玉兔"),),
        ),
    },
    "fr": {
        "lantern-festival": Telling(
            "Fête des Lanternes",
            "La quinzième nuit du premier mois lunaire\nclôt les fêtes du Nouvel An.",
            (Term("fête des Lanternes", "Première nuit de pleine lune de l'année lunaire"),),
        ),
        "lantern-riddles": Telling(
            "Devinettes",
            "Sous les Song déjà, on en écrivait\nsur les lanternes de soie.",
            (Term("devinette de lanterne", "Devinette accrochée à une lanterne pour les passants"),),
        ),
        "willow-stay": Telling(
            "Le saule",
            "«\u00a0Liu\u00a0» rappelle «\u00a0rester\u00a0»\u00a0:\non offrait un rameau à l'adieu.",
            (Term("saule", "L'arbre, le saule"), Term("rester", "Rester\u00a0; retenir qui s'en va")),
        ),
        "tangyuan": Telling(
            "Tangyuan",
            "On entend «\u00a0tuanyuan\u00a0»,\nla famille réunie.",
            (
                Term("tangyuan", "Boulettes de riz gluant en bouillon sucré"),
                Term("réunion", "La famille rassemblée"),
            ),
        ),
        "no-curfew": Telling(
            "Sans couvre-feu",
            "À Chang'an, sous les Tang,\non pouvait sortir ce soir-là.",
            (Term("couvre-feu", "Interdiction de sortir la nuit"),),
        ),
        "moon-rabbit": Telling(
            "Un lapin dans la lune",
            "Qu Yuan demandait déjà\npourquoi il y vit.",
            (Term("lapin de jade", "Le lapin que dessinent les ombres de la lune"),),
        ),
    },
}
"""By language and note, the terms in the order of the note's own."""
