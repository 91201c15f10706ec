"""What asserts something commercial by itself: a price in words, a discount, stock, a date of delivery, a warranty.

All of it is the formal quotation's (whitepaper 06, 10). Whether a clause really asserts it is judged in `promises`.
Every run in the patterns is bounded: an endless text must not cost more than its length.
"""

from __future__ import annotations

import re

_N = (
    r"(?:(?<!\d)\d{1,7}(?:[.,]\d{1,3})?|[一二两三四五六七八九十半几数百]{1,6}"
    r"|one|two|three|four|five|six|seven|eight|ten|a few"
    r"|several|twelve|thirty)"
)
_TIME = (
    r"\s?(?:-|到|至|to|–)?\s?(?:\d{1,7}(?:\.\d{1,3})?|[一二两三四五六七八九十]{1,6}|two|three|four|five"
    r"|six)?[\s-]?(?:个)?(?:工作日|自然日|天|日|周|星期|礼拜|个?月|年|(?:working |business )?days?|weeks?"
    r"|months?|years?|hours?|小时)"
)
_SOON = (
    r"(?:今天|明天|后天|次日|当天|当日|即日|立即|马上|立刻|随时|周[一二三四五六日天]|本周|下周|本月"
    r"|下个?月|月底|年底|年前|节前|tomorrow|today|immediately|right away"
    r"|at once|any ?time|overnight|same[- ]day|next[- ](?:day|week|month)|this (?:week|month)"
    r"|by (?:\w{1,20} )?(?:Monday|Tuesday|Wednesday|Thursday|Friday|January|February|March|April|May|June|July"
    r"|August|September|October|November|December|year[- ]end|Q[1-4]))"
)
_ARRIVE = (
    r"(?:交付|交货|到货|发货|供货|出货|装车|发出|发运|送达|送货|到场|到位|上门|提货|安装到位|deliver\w{0,12}"
    r"|ship(?:s|ped|ping|ment)?|arriv\w{0,12}|dispatch\w{0,12}|lead time|on site|installed)"
)
# Patterns that assert something by themselves, by what they assert.
_ASSERTIONS: tuple[str, ...] = (
    # a price in words
    r"(?:万|块|元|钱)(?:左右|出头|上下|以内|多)?(?:块钱|元)?\s?(?:就能|就可以|即可|便可|可以)(?:拿下|搞定"
        r"|买到|买下|入手|成交|到手|配齐|搬回家|带走)",
    r"(?:一|半|几|两|一两)(?:辆|套|部|台|间)[^，。；]{0,5}(?:车|房子?|手机|电脑|豪车|轿车)的?(?:价格|价钱"
        r"|钱|价位)|price of (?:a|an|one|two) \w{1,20}|costs? (?:about |around |roughly )?(?:as much as|the same as"
        r"|like|a fortune|an arm|next to nothing|peanuts|pennies)|six[- ]figure|seven[- ]figure",
    r"(?:最|更|很|非常|特别|比较|较|超|十分|相对|挺)(?:便宜|实惠|划算|省钱|优惠|经济)|划算|性价比(?:最|更"
        r"|很|极|非常|超)?(?:高|好|之王|突出|出众)|白菜价|(?:内部|员工|友情|协议|批发)价|(?:价格|议价|优惠)空间|量大从优"
        r"|省(?:下)?[^，。；]{0,6}(?:费用|成本|钱|预算|一半)|saves? (?:you )?[^.;,]{0,12}(?:money|costs?"
        r"|budget)|set you back|全网最低|最低价(?:拿|买|给|就|即|可)|物美价廉|(?:价格"
        r"|价位)[^，。；、/]{0,4}(?:公道|亲民|实惠|便宜|优惠|更低|最低|很低|合理)|便宜(?:很多|不少|一半|一?些"
        r"|一?点|多了)",
    r"\b(?:cheap(?:er|est|ly)?|affordabl[ey]|inexpensive|(?:great|good|best|better|excellent) value"
        r"|bargain|budget[- ]friendly|economical|cost[- ]effective|most competitive price|(?:at|for|get"
        r"|offer) (?:a|the|our|you )?[^.;,]{0,12}low(?:est)? price|price is (?:right|fair|low|good))\b",
    r"预算[^，。；]{0,12}(?:足够|够用|充足|绰绰有余|完全够|买得到|买得起|拿得下|能买|可以买|够买|没问题"
        r"|能覆盖|够了|可以覆盖)|budget (?:of [^,.;]{1,24} )?(?:is (?:enough|sufficient|ample|plenty)|suffices"
        r"|covers|will (?:buy|cover|do)|can buy|buys|easily covers|would (?:buy|cover))|\bafford\b"
        r"|within (?:your|the) budget|fits? (?:in |into |within )?(?:your|the) budget",
    r"(?:价格|售价|报价|单价|总价|起价)[^，。；\d]{0,6}\d|(?:price|cost)s?\s(?:(?:is|are|of|about|around"
        r"|only|roughly|some|at|you|just)\s){1,4}[￥¥$]?\d",
    # discounts and gifts
    r"打\s?[一二三四五六七八九\d.]{1,6}\s?折|[一二三四五六七八九\d.]{1,6}\s?折(?!中|叠|合|算|磨|旧)|(?:有|享|给|送"
        r"|可以?|能|提供|额外|申请)[^，。；]{0,8}(?:折扣|优惠|返点|返现|返利|让利|减免|赠品|礼包)|(?:折扣|优惠"
        r"|促销|特价|活动)价|正在(?:促销|做活动)|立减|满减|减免\s?\d|便宜\s?\d|降价\s?\d",
    r"(?<!\d)\d{1,7}(?:\.\d{1,3})?\s?(?:%|percent|per cent)[- ](?:discount|off|rebate|cheaper|less)|\b(?:get|offer|give"
        r"|grant|apply|include|with|receive|at)s?\b[^.;,]{0,24}\b(?:discount|rebate|special price|promotion"
        r"|price cut)\b|discounted|on sale|special offer|special price|half[- ]price|price match",
    r"免费(?:试用|测试|样机|赠送|赠|升级|安装|上门|培训|部署|维修|维护|更换|运维|调试|体验|POC|延保|服务"
        r"|换新?|退)|(?:可以?|提供|申请|支持|安排|先)[^，。；]{0,8}(?:试用|借测|样机|试机|测试机|演示机)|赠送"
        r"|送(?:您|你)?[一二三两半\d](?:年|个月|台|套|次)|包邮|买一送一|不收(?:费|钱|取)",
    r"\bfree (?:trials?|demos?|samples?|installation|shipping|delivery|training|upgrades?|support"
        r"|maintenance|of charge|loan|evaluation|pilot|test|setup|service)\b|\btrial (?:unit|period|machine"
        r"|version)\b|\b(?:try|test) (?:it|one|the machine|before)[^.;]{0,20}(?:free|before you (?:buy|pay)"
        r"|before buying|for (?<!\d)\d{1,7} days)|(?:no|without) (?:extra |additional )?charge|at no (?:extra "
        r"|additional )?cost|complimentary|on the house|free gift",
    # stock and delivery
    r"现货(?:供应|充足|在库|发售|可|已|秒|就)|(?:有|是|都是|均为|全部|常备)(?:大量)?现货|库存(?:充足|足"
        r"|充裕|很多|还有|有\s?\d|尚有)|有(?:库存|货)(?!运|架|梯)|(?:不|从不|不会)(?:缺货|断货)|货源充足"
        r"|(?:货期|交期|供货|货源|库存)[^，。；]{0,4}(?:不用愁|没问题|有保证|无忧|不是问题)|shipping (?:starts"
        r"|begins)",
    r"\b(?:is|are|is always|still|currently|all) (?:in stock|available (?:now|immediately|today)"
        r"|ready (?:to ship|for shipping))|\bin stock\b|\boff the shelf\b|\bstock is (?:good|ample|plentiful)"
        r"|plenty (?:in stock|of stock)|\bavailable (?:immediately|right away|from stock|now|next week)"
        r"|ready[- ]to[- ]ship",
    fr"{_N}{_TIME}\s?(?:左右|上下|内|以内|之内|后|就|即|可|便|能|可以|保证|的){{0,4}}\s?{_ARRIVE}"
        fr"|{_N}[\s-]?{_TIME}[^，。；,.;]{{0,12}}(?:交期|货期|lead time|delivery)"
        fr"|{_ARRIVE}[^，。；,.;]{{0,16}}(?:只需|仅需|只要|需要|大约|约|通常|一般|为|是|takes?|is|in|within|of"
        fr"|about|under|as little as)\s?(?:about |around |only |just )?{_N}{_TIME}",
    fr"{_SOON}\s?(?:就|即|可|能|可以|前|内|之前|都|便|会){{0,4}}\s?{_ARRIVE}|(?:交期|货期|供货周期|lead time"
        fr"|交货期|供货期|delivery time)[^，。；,.;]{{0,10}}(?:很?短|最短|快|{_N}{_TIME}|short|fast|quick)"
        fr"|{_ARRIVE}[^，。；,.;]{{0,14}}{_SOON}|(?:很快|尽快|快速|极速|马上|火速|准时|按时|如期)(?:就|即|能"
        fr"|可以|会){{0,4}}{_ARRIVE}|(?:fast|quick|express|prompt|on[- ]time|rapid) (?:delivery|shipping|shipment)"
        fr"|(?:have|get|receive)s? (?:it|them|the \w{{1,20}}|your \w{{1,20}}) (?:with)?in {_N}{_TIME}|(?:前"
        fr"|内)[^，。；]{{0,4}}(?:能|会|可以?)到(?!达率|期)|(?:deliver|ship|arrive)\w{{0,12}} (?:quickly|soon|promptly"
        fr"|on time)",
    # warranty
    r"(?:保修|质保|维保|联保|包修|保用|延保)[^，。；]{0,6}(?:(?<!\d)\d{1,7}|[一二两三四五六七八十]{1,6})\s?(?:年|个月)"
        r"|(?:(?<!\d)\d{1,7}|[一二两三四五六七八十]{1,6})\s?(?:年|个月)[^，。；]{0,6}(?:保修|质保|维保|联保|包修|包换|保用"
        r"|延保|上门服务|免费)|(?:终身|全国|无限|整机|原厂|上门|免费|只换不修|无条件"
        r"|全国性?)[^，。；]{0,2}(?:保修|质保|维保|联保|维修|更换)|(?:保修|质保|维保)期内|先行更换"
        r"|(?:5\s?[x×*]\s?8|7\s?[x×*]\s?24)[^，。；]{0,6}(?:服务|响应|支持|support|service)|只换不修|包退|包换"
        r"|无理由退",
    fr"(?:{_N}|lifetime|full|extended|unlimited|comprehensive|on[- ]?site|next[- ]business[- ]day"
        fr"|free)[\s-](?:year|month|yr)?s?[\s-]?(?:of )?(?:on-?site |full |free |manufacturer'?s? "
        fr"|limited )?(?:warranty|guarantee)|warrant(?:y|ed)[^.;,]{{0,24}}{_N}[\s-](?:years?|months?)"
        fr"|{_N} years?(?:'|’)? (?:of )?(?:[\w-]{{1,20}} ){{0,2}}(?:cover|coverage|support|service|warranty)"
        fr"|covered for {_N} years?|lifetime (?:support|cover|replacement)",
    # commitments, legal ones too
    r"(?:我们?|英睿特|本公司|公司|我方|厂家|在此|这里)[^，。；]{0,6}(?:保证|承诺|担保|确保|负责到底|包)"
        r"|(?:保证|承诺|担保|包)(?:您|你|能|可以|够|满足|没问题|不会|零|百分|100|交付|按时|性能|达到|稳定|满意"
        r"|在|为|提供|给|这)|绝对(?:够|能|可以|没问题|满足|不会|稳定|支持)|(?:百分之?百|100\s?%|百分百)(?:够"
        r"|能|可以|满足|没问题|兼容|稳定|支持|放心)|一定(?:够|能(?!否)|满足|没问题|可以)|拍胸脯|肯定(?:够|能"
        r"|跑得|可以|没问题|满足|行)|放心(?:买|用|采购|下单)|万无一失|零风险|无风险|有保障",
    r"\b(?:guarantee[sd]?|we (?:promise|commit|ensure|warrant|assure|undertake)|i (?:promise|guarantee"
        r"|assure)|(?:you have|give you) (?:my|our) word|rest assured|risk[- ]free|no risk|100\s?% (?:sure"
        r"|compatible|reliable|safe)|money[- ]back|full refund|will definitely|certainly will"
        r"|definitely (?:will|fits?|enough|works?))\b|\brefund\w{0,12}|\bcommit(?:s|ted)? to (?:deliver|ship|price)",
    r"法律效力|法律约束|具有?约束力|合同(?:即|已|就)?(?:成立|生效)|视为(?:要约|合同|承诺|成交|接受)"
        r"|合同以此为准|(?:签|回复|确认)[^，。；]{0,4}(?:就|即)生效|(?:成交|一言为定|就这么定了)(?![额量价])"
        r"|签字画押|违约金|全责|赔偿|赔付|退款|罚款|承担(?:全部|一切|法律)?责任",
    r"legally binding|binding (?:offer|agreement|contract|commitment)|(?:it's|we have|that's) a deal\b"
        r"|\bdeal!|constitutes an? (?:offer|contract)|contract is (?:concluded|formed)|penalt(?:y|ies)|liable"
        r"|(?<![a-z])liability|compensat\w{1,20}|indemnif\w{1,20}|damages",
)  # fmt: skip
ASSERTION = re.compile("|".join(f"(?:{pattern})" for pattern in _ASSERTIONS), re.IGNORECASE)
