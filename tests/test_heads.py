"""Heads of speeches as offices, newspapers and collections write them, with title, speaker and date.

Every head is invented in the manner of real ones. A field that the head does not state is ``None``:
a wrong name or date under a quote is worse than none.
"""

import pytest

from rag.schema import Metadata, SourceText
from rag.speeches import documents_of

SENTENCE = "全县上下团结奋进，各项工作取得了明显成效，群众得到更多实惠。"
BODY = f"\n{SENTENCE * 3}\n一、总结成绩\n{SENTENCE * 4}\n二、部署任务\n{SENTENCE * 4}\n"
REPORT = "政府工作报告"

# name: (head, title, speaker, date); the body follows.
REPORTS = {
    "subtitle, office and name": (
        f"{REPORT}\n——2016年1月12日在青禾区第七届人民代表大会第六次会议上\n区长　林远山\n各位代表：",
        REPORT, "林远山", "2016-01-12",
    ),
    "spaced title, acting mayor, name of two spaced characters": (
        "政 府 工 作 报 告\n\n——2016年1月12日在青禾区第七届人民代表大会第六次会议上\n\n"
        "青禾区人民政府代区长　　林　山\n\n各位代表：",
        REPORT, "林山", "2016-01-12",
    ),
    "the date under the speaker in brackets": (
        f"{REPORT}\n——在青禾县第十五届人民代表大会第三次会议上\n县人民政府县长　林远山\n"
        "（2018年12月26日）\n各位代表：",
        REPORT, "林远山", "2018-12-26",
    ),
    "the date in half-width brackets above the speaker": (
        f"{REPORT}\n在青禾县第十五届人民代表大会第三次会议上\n(2018年12月26日)\n县长  林远山\n各位代表:",
        REPORT, "林远山", "2018-12-26",
    ),
    "the whole subtitle in brackets": (
        f"{REPORT}\n（2018年12月26日在青禾县第十五届人民代表大会第三次会议上）\n林远山\n各位代表：",
        REPORT, "林远山", "2018-12-26",
    ),
    "place before the title": (
        "青禾县人民政府工作报告\n——2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n"
        "县长 林远山\n各位代表：",
        "青禾县人民政府工作报告", "林远山", "2019-01-08",
    ),
    "place and title on two lines": (
        "青禾县人民政府\n工作报告\n——2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n"
        "县长 林远山\n各位代表：",
        "青禾县人民政府工作报告", "林远山", "2019-01-08",
    ),
    "year before the title": (
        "2019年青禾县政府工作报告\n2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n"
        "青禾县县长 林远山\n各位代表：",
        "2019年青禾县政府工作报告", "林远山", "2019-01-08",
    ),
    "year in brackets behind the title": (
        "青禾县政府工作报告（2019年）\n——在青禾县第十六届人民代表大会第四次会议上\n县长 林远山\n各位代表：",
        "青禾县政府工作报告（2019年）", "林远山", None,
    ),
    "banner, Mongolian name": (
        f"{REPORT}\n—2014年2月20日在北原旗第十三届人民代表大会第三次会议上\n"
        "北原旗人民政府旗长  乌兰图雅\n各位代表：",
        REPORT, "乌兰图雅", "2014-02-20",
    ),
    "autonomous banner, name with three characters": (
        f"{REPORT}\n--2014年2月20日在北原达斡尔族自治旗第十一届人民代表大会第三次会议上\n"
        "自治旗人民政府旗长 孟和平\n各位代表：",
        REPORT, "孟和平", "2014-02-20",
    ),
    "Uyghur name": (
        f"{REPORT}\n——2020年1月6日在北原自治区第十三届人民代表大会第三次会议上\n"
        "自治区主席  阿不都热合曼·买买提\n各位代表：",
        REPORT, "阿不都热合曼·买买提", "2020-01-06",
    ),
    "a dot of another kind in the name": (
        f"{REPORT}\n——2020年1月6日在北原县第十三届人民代表大会第三次会议上\n县长 古丽娜•阿西木\n各位代表：",
        REPORT, "古丽娜•阿西木", "2020-01-06",
    ),
    "compound surname": (
        f"{REPORT}\n——2020年1月6日在青禾市第八届人民代表大会第五次会议上\n市长　欧阳明华\n各位代表：",
        REPORT, "欧阳明华", "2020-01-06",
    ),
    "Tibetan name": (
        f"{REPORT}\n——2021年1月20日在雪原县第十届人民代表大会第六次会议上\n"
        "雪原县人民政府县长 扎西次仁\n各位代表：",
        REPORT, "扎西次仁", "2021-01-20",
    ),
    "league": (
        "北原盟行政公署工作报告\n——2011年1月20日在北原盟工作会议上\n盟长　高　原\n同志们：",
        "北原盟行政公署工作报告", "高原", "2011-01-20",
    ),
    "venue in two lines": (
        f"{REPORT}\n——2022年1月5日在青禾市第九届\n人民代表大会第一次会议上\n青禾市市长　林远山\n各位代表：",
        REPORT, "林远山", "2022-01-05",
    ),
    "office on one line, name on the next": (
        f"{REPORT}\n——2022年1月5日在青禾市第九届人民代表大会第一次会议上\n"
        "青禾市人民政府市长\n林远山\n各位代表：",
        REPORT, "林远山", "2022-01-05",
    ),
    "date, then venue, each on its own line": (
        f"{REPORT}\n2022年1月5日\n在青禾市第九届人民代表大会第一次会议上\n市长 林远山\n各位代表：",
        REPORT, "林远山", "2022-01-05",
    ),
    "full-width figures": (
        f"{REPORT}\n——２００８年１月１５日在青禾县第十四届人民代表大会第一次会议上\n县长　林远山\n各位代表：",
        REPORT, "林远山", "2008-01-15",
    ),
    "Chinese numerals with a nought": (
        f"{REPORT}\n——二〇〇八年一月十五日在青禾县第十四届人民代表大会第一次会议上\n县长　林远山\n各位代表：",
        REPORT, "林远山", "2008-01-15",
    ),
    "Chinese numerals in brackets": (
        f"{REPORT}\n（二○一○年三月二日）\n青禾县人民政府县长　林远山\n各位代表：",
        REPORT, "林远山", "2010-03-02",
    ),
    "blanks within the date": (
        f"{REPORT}\n—— 2008 年 1 月 15 日在青禾县第十四届人民代表大会第一次会议上\n县长　林远山\n各位代表：",
        REPORT, "林远山", "2008-01-15",
    ),
    "no date": (
        f"{REPORT}\n——在青禾县第十四届人民代表大会第一次会议上\n县长　林远山\n各位代表：",
        REPORT, "林远山", None,
    ),
    "no date and no venue": (f"{REPORT}\n县长　林远山\n各位代表：", REPORT, "林远山", None),
    "no speaker": (
        f"{REPORT}\n——2008年1月15日在青禾县第十四届人民代表大会第一次会议上\n各位代表：",
        REPORT, None, "2008-01-15",
    ),
    "a publishing date alone": (
        f"{REPORT}\n发布时间：2019-02-26 浏览次数：1024 来源：青禾县人民政府办公室\n各位代表：",
        REPORT, None, None,
    ),
    "publishing date and speech date": (
        "2019年政府工作报告\n发布日期：2019-02-26 10:31　来源：县政府办　字号：[大 中 小]\n"
        "——2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n县长 林远山\n各位代表：",
        "2019年政府工作报告", "林远山", "2019-01-08",
    ),
    "draft for deliberation": (
        f"{REPORT}\n（送审稿）\n——2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n县长 林远山\n各位代表：",
        REPORT, "林远山", "2019-01-08",
    ),
    "printed matter of a congress": (
        "青禾县第十六届人民代表大会\n第四次会议文件（三）\n\n"
        f"{REPORT}\n——2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n"
        "青禾县人民政府县长 林远山\n各位代表：",
        REPORT, "林远山", "2019-01-08",
    ),
    "town, mayor": (
        "青禾镇政府工作报告\n——2015年3月6日在青禾镇第十七届人民代表大会第五次会议上\n"
        "镇长 林远山\n各位代表、同志们：",
        "青禾镇政府工作报告", "林远山", "2015-03-06",
    ),
    "office and name without a blank": (
        f"{REPORT}\n2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n青禾县人民政府县长林远山\n各位代表：",
        REPORT, "林远山", "2019-01-08",
    ),
    "name, then office in brackets": (
        f"{REPORT}\n——2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n林远山（青禾县县长）\n各位代表：",
        REPORT, "林远山", "2019-01-08",
    ),
    "name in brackets": (
        f"{REPORT}\n——2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n（林远山）\n各位代表：",
        REPORT, "林远山", "2019-01-08",
    ),
    "speaker behind the venue": (
        f"{REPORT}\n2019年1月8日在青禾县第十六届人民代表大会第四次会议上　青禾县县长　林远山\n各位代表：",
        REPORT, "林远山", "2019-01-08",
    ),
    "the standing committee's report": (
        "青禾县人民代表大会常务委员会工作报告\n"
        "——2019年1月9日在青禾县第十六届人民代表大会第四次会议上\n"
        "县人大常委会主任　高　原\n各位代表：",
        "青禾县人民代表大会常务委员会工作报告", "高原", "2019-01-09",
    ),
    "the court's report": (
        "青禾县人民法院工作报告\n——2019年1月9日在青禾县第十六届人民代表大会第四次会议上\n"
        "青禾县人民法院院长　郦　棠\n各位代表：",
        "青禾县人民法院工作报告", "郦棠", "2019-01-09",
    ),
    "a plan's report by a bureau on somebody's behalf": (
        "关于青禾县2018年国民经济和社会发展计划执行情况与2019年计划草案的报告\n"
        "——2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n"
        "青禾县发展和改革局局长　高　原\n各位代表：",
        "关于青禾县2018年国民经济和社会发展计划执行情况与2019年计划草案的报告", "高原", "2019-01-08",
    ),
    "a plan's title over two lines": (
        "关于青禾县2018年预算执行情况\n和2019年预算草案的报告\n"
        "——2019年1月8日在青禾县第十六届人民代表大会第四次会议上\n"
        "青禾县财政局局长　高　原\n各位代表：",
        "关于青禾县2018年预算执行情况和2019年预算草案的报告", "高原", "2019-01-08",
    ),
}  # fmt: skip

SPEECHES = {
    "name and meeting in the title": (
        "林远山同志在全县项目建设动员大会上的讲话提纲\n（2013年4月2日）\n同志们：",
        "林远山同志在全县项目建设动员大会上的讲话提纲", "林远山", "2013-04-02",
    ),
    "notes on how the text came about": (
        "在全县领导干部大会上的讲话\n林远山\n（2013年4月2日）\n（根据录音整理，未经本人审阅）\n同志们：",
        "在全县领导干部大会上的讲话", "林远山", "2013-04-02",
    ),
    "for reference": (
        "在全市安全生产工作会议上的讲话\n（供参考）\n市长　林远山\n2013年4月2日\n同志们：",
        "在全市安全生产工作会议上的讲话", "林远山", "2013-04-02",
    ),
    "outline of a speech": (
        "在全市教育工作会议上的讲话（提纲）\n林远山\n二〇一三年四月二日\n同志们：",
        "在全市教育工作会议上的讲话（提纲）", "林远山", "2013-04-02",
    ),
    "who in the title without comrade": (
        "林远山在全县经济工作会议上的讲话\n时间：2013年4月2日\n地点：县会议中心\n同志们：",
        "林远山在全县经济工作会议上的讲话", "林远山", "2013-04-02",
    ),
    "office in the title": (
        "县委书记林远山在全县经济工作会议上的讲话\n（2013年4月2日）\n同志们：",
        "县委书记林远山在全县经济工作会议上的讲话", "林远山", "2013-04-02",
    ),
    "office in brackets behind the name": (
        "在庆祝建党九十周年大会上的讲话\n林远山（中共青禾县委书记）\n2011年6月30日\n同志们：",
        "在庆祝建党九十周年大会上的讲话", "林远山", "2011-06-30",
    ),
    "a motto as the title": (
        "凝心聚力谋发展　真抓实干谱新篇\n——在中共青禾县委十二届三次全会上的报告\n"
        "（2017年12月30日）\n林远山\n同志们：",
        "凝心聚力谋发展 真抓实干谱新篇", "林远山", "2017-12-30",
    ),
    "a motto with punctuation": (
        "不忘初心，牢记使命，为建设美丽青禾而奋斗\n——在中共青禾县委十二届三次全会上的报告\n"
        "（2017年12月30日）\n林　远　山\n同志们：",
        "不忘初心，牢记使命，为建设美丽青禾而奋斗", "林远山", "2017-12-30",
    ),
    "congratulatory address": (
        "在青禾商会成立大会上的致辞\n林远山\n（2018年5月6日）\n尊敬的各位来宾、女士们、先生们：",
        "在青禾商会成立大会上的致辞", "林远山", "2018-05-06",
    ),
    "welcome": (
        "欢迎辞\n——在青禾文化旅游节开幕式上\n青禾市市长　林远山\n（2018年5月6日）\n各位来宾：",
        "欢迎辞", "林远山", "2018-05-06",
    ),
    "letter of congratulation, signed at the end": (
        "致青禾大学建校七十周年的贺信",
        "致青禾大学建校七十周年的贺信", None, None,
    ),
    "opening words": (
        "开 幕 词\n（2016年8月2日）\n林远山\n各位代表、同志们：",
        "开幕词", "林远山", "2016-08-02",
    ),
    "opening words with their congress": (
        "中国共产党青禾县第十三次代表大会开幕词\n（2016年8月2日）\n林远山\n各位代表、同志们：",
        "中国共产党青禾县第十三次代表大会开幕词", "林远山", "2016-08-02",
    ),
    "closing words": (
        "在青禾县第十六届人民代表大会第四次会议闭幕式上的讲话\n（2019年1月10日）\n高　原\n各位代表：",
        "在青禾县第十六届人民代表大会第四次会议闭幕式上的讲话", "高原", "2019-01-10",
    ),
    "words of the chair": (
        "在全县防汛工作会议上的主持词\n高原\n2019年6月3日\n同志们：",
        "在全县防汛工作会议上的主持词", "高原", "2019-06-03",
    ),
    "report on one's duties": (
        "2019年度述职述廉报告\n青禾县水务局局长　高原\n（2020年1月6日）\n各位领导、同志们：",
        "2019年度述职述廉报告", "高原", "2020-01-06",
    ),
    "party lesson": (
        "坚定理想信念　争做时代先锋\n——在县直机关专题党课上的讲稿\n林远山\n2019年7月1日\n同志们：",
        "坚定理想信念 争做时代先锋", "林远山", "2019-07-01",
    ),
    "broadcast speech": (
        "在全国扶贫日的广播电视讲话\n青禾市市长　林远山\n（2017年10月17日）\n市民朋友们：",
        "在全国扶贫日的广播电视讲话", "林远山", "2017-10-17",
    ),
    "new year's address": (
        "二〇一九年新年贺词\n青禾县委书记　林远山\n青禾县人民政府县长　高　原\n"
        "（2018年12月31日）\n全县父老乡亲们：",
        "二〇一九年新年贺词", None, "2018-12-31",
    ),
    "new year's address of one": (
        "二〇一九年新年贺词\n（2018年12月31日）\n林远山\n同志们、朋友们：",
        "二〇一九年新年贺词", "林远山", "2018-12-31",
    ),
    "signed article": (
        "让绿水青山造福人民\n中共青禾市委书记　林远山",
        "让绿水青山造福人民", "林远山", None,
    ),
    "signed article of a newspaper": (
        "让绿水青山造福人民\n林远山\n《青禾日报》（2018年6月5日　第1版）\n",
        "让绿水青山造福人民", None, None,
    ),
    "speech in a date line with a comma": (
        "在青禾高峰论坛上的演讲\n（2015年3月2日，青禾）\n林远山\n女士们，先生们：",
        "在青禾高峰论坛上的演讲", "林远山", "2015-03-02",
    ),
    "speech with the title's mark": (
        "标题：在全县教育工作会议上的讲话\n讲话人：林远山\n时间：2015年3月2日\n同志们：",
        "在全县教育工作会议上的讲话", "林远山", "2015-03-02",
    ),
    "labels in brackets": (
        "【标题】在全县教育工作会议上的讲话\n【讲话人】林远山\n【日期】2015年3月2日\n同志们：",
        "在全县教育工作会议上的讲话", "林远山", "2015-03-02",
    ),
    "salutation behind the date": (
        "在全县教育工作会议上的讲话\n林远山\n（2015年3月2日）同志们：",
        "在全县教育工作会议上的讲话", "林远山", "2015-03-02",
    ),
    "masked with crosses": (
        "×××同志在全县教育工作会议上的讲话\n（2015年3月2日）\n同志们：",
        "×××同志在全县教育工作会议上的讲话", "×××同志", "2015-03-02",
    ),
    "office masked": (
        "在全县教育工作会议上的讲话\n县委书记　×××\n（2015年3月2日）\n同志们：",
        "在全县教育工作会议上的讲话", "×××", "2015-03-02",
    ),
    "masked date": (
        "在全县教育工作会议上的讲话\n县长　林远山\n（20××年×月×日）\n同志们：",
        "在全县教育工作会议上的讲话", "林远山", None,
    ),
    "two offices": (
        "在全县教育工作会议上的讲话\n县委副书记、县长　林远山\n（2015年3月2日）\n同志们：",
        "在全县教育工作会议上的讲话", "林远山", "2015-03-02",
    ),
    "date without its day": (
        "在全县教育工作会议上的讲话\n县长　林远山\n（2015年3月）\n同志们：",
        "在全县教育工作会议上的讲话", "林远山", "2015-03",
    ),
    "date with dots": (
        "在全县教育工作会议上的讲话\n县长　林远山\n2015.3.2\n同志们：",
        "在全县教育工作会议上的讲话", "林远山", "2015-03-02",
    ),
    "office's paper above": (
        "县委办公室文件\n青办发〔2015〕12号\n关于印发林远山同志在全县教育工作会议上讲话的通知\n"
        "各乡镇党委、县直各单位：",
        "关于印发林远山同志在全县教育工作会议上讲话的通知", None, None,
    ),
    "Traditional characters": (
        "在全縣教育工作會議上的講話\n縣長　劉遠山\n（二〇一五年三月二日）\n同志們：",
        "在全縣教育工作會議上的講話", "劉遠山", "2015-03-02",
    ),
    "answers to the press": (
        "林远山就春耕生产答记者问\n（2015年3月2日）\n问：今年春耕进展如何？\n答：进展顺利。",
        "林远山就春耕生产答记者问", "林远山", "2015-03-02",
    ),
    "press conference": (
        "青禾市政府新闻发布会实录\n时间：2015年3月2日 地点：青禾市新闻发布厅\n主持人：各位记者朋友，大家好！",
        "青禾市政府新闻发布会实录", None, "2015-03-02",
    ),
    "interview with host": (
        "做客县长访谈：谈谈春耕\n嘉宾：青禾县县长 林远山\n主持人：县长您好。\n林远山：主持人好。",
        "做客县长访谈：谈谈春耕", "林远山", None,
    ),
    "the meeting's day in another year": (
        "在2014年度总结表彰大会上的讲话\n林远山\n（2015年1月20日）\n同志们：",
        "在2014年度总结表彰大会上的讲话", "林远山", "2015-01-20",
    ),
    "title over three lines": (
        "在全县深入学习实践活动\n暨机关效能建设\n动员大会上的讲话\n林远山\n（2009年3月12日）\n同志们：",
        "在全县深入学习实践活动暨机关效能建设 动员大会上的讲话", "林远山", "2009-03-12",
    ),
    "title broken inside the meeting": (
        "林远山同志在全县深入学习实践活动\n动员大会上的讲话\n（2009年3月12日）\n同志们：",
        "林远山同志在全县深入学习实践活动 动员大会上的讲话", "林远山", "2009-03-12",
    ),
    "ended by a date at the foot alone": (
        "在全县教育工作会议上的讲话\n县长　林远山\n同志们：",
        "在全县教育工作会议上的讲话", "林远山", None,
    ),
}  # fmt: skip

NOT_SPEECHES = {
    "a law": (
        "青禾省节水条例\n（2015年3月2日青禾省第十二届人民代表大会常务委员会第十四次会议通过）\n第一条　为了节水，制定本条例。",
        "青禾省节水条例", None, "2015-03-02",
    ),
    "a notice": (
        "青禾县人民政府关于做好春耕生产的通知\n青政发〔2015〕3号\n各乡镇人民政府，县直各单位：",
        "青禾县人民政府关于做好春耕生产的通知", None, None,
    ),
    "news": (
        "青禾县召开春耕生产动员会\n本报讯（记者 高原）3月2日，青禾县召开春耕生产动员会，县长林远山出席并讲话。",
        "青禾县召开春耕生产动员会", None, None,
    ),
    "news with a photograph": (
        "林远山调研春耕生产\n图为林远山在田间。本报记者 高原 摄\n3月2日，县长林远山到青禾镇调研春耕生产。",
        "林远山调研春耕生产", None, None,
    ),
    "an article with its reporter": (
        "春耕进行时\n记者 高原\n走进青禾镇，田间一片繁忙。",
        "春耕进行时", None, None,
    ),
    "a plan": (
        "青禾县2015年春耕生产实施方案\n为做好今年的春耕生产，制定本方案。",
        "青禾县2015年春耕生产实施方案", None, None,
    ),
    "no head at all": ("春天来了，田间一片繁忙。", None, None, None),
}  # fmt: skip

HEADS = REPORTS | SPEECHES | NOT_SPEECHES


def found(text: str, given: Metadata | None = None) -> tuple[str | None, str | None, str | None]:
    (document,) = documents_of(SourceText(text, given=given or Metadata()))
    metadata = document.metadata
    return metadata.title, metadata.speaker, metadata.date


@pytest.mark.parametrize("name", HEADS, ids=list(HEADS))
def test_a_head(name: str) -> None:
    head, *expected = HEADS[name]
    assert found(head + BODY) == tuple(expected)


@pytest.mark.parametrize("name", REPORTS, ids=list(REPORTS))
def test_what_is_given_beside_a_report_wins(name: str) -> None:
    given = Metadata(title="报告", speaker="云汀", date="2001-02-03")
    assert found(REPORTS[name][0] + BODY, given) == ("报告", "云汀", "2001-02-03")
