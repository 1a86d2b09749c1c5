"""English words that tell what a number counts and what became of it; how they are looked for is in `counted` and `fates`."""

from typing import Final

from bot.core.reading.figure import Kind

_PEOPLE: Final = """
people person persons man men woman women child children boy boys girl girls teenager teenagers teen teens adult adults youth youths
student students pupil pupils teacher teachers worker workers employee employees resident residents civilian civilians victim victims
suspect suspects patient patients passenger passengers protester protesters protestor protestors demonstrator demonstrators migrant
migrants immigrant immigrants refugee refugees officer officers official officials policeman policemen cop cops deputy deputies agent
agents bystander bystanders hostage hostages inmate inmates detainee detainees brother brothers sister sisters son sons daughter
daughters kid kids relative relatives friend friends sibling siblings defendant defendants gunman gunmen attacker attackers assailant
assailants shooter shooters militant militants terrorist terrorists insurgent insurgents firefighter firefighters juror jurors witness
witnesses tourist tourists pilot pilots doctor doctors nurse nurses journalist journalists lawyer lawyers senator senators lawmaker
lawmakers republican republicans democrat democrats american americans voter voters member members neighbor neighbors customer customers
driver drivers occupant occupants infant infants baby babies toddler toddlers survivor survivors dissident dissidents activist activists
worshipper worshippers parishioner parishioners churchgoers guest guests robber robbers individual individuals villager villagers miner
miners farmer farmers candidate candidates colleague colleagues delegate delegates job jobs grandchildren parents mothers fathers couple
couples crewmen crewmembers medics paramedics prosecutors judges justices ministers fans spectators attendees subscribers users
taxpayers households families family citizens patron patrons athlete athletes player players cyclist cyclists motorist motorists
pedestrian pedestrians hiker hikers climber climbers swimmer swimmers runner runners commuter commuters shopper shoppers settler
settlers actor actors singer singers artist artists author authors engineer engineers scientist scientists coworkers accomplices
co-defendants cousins clubgoers males females male female foreigners nationals muslims christians jews palestinians israelis ukrainians
russians koreans chinese syrians iraqis afghans europeans mexicans
"""
_CROWDS: Final = "crew staff police prisoner prisoners"
_TROOPS: Final = """
soldier soldiers troop troops serviceman servicemen servicewomen servicemembers servicemember fighter fighters marine marines sailor
sailors recruit recruits conscript conscripts mercenary mercenaries paratrooper paratroopers reservist reservists guardsman guardsmen
airman airmen commando commandos combatant combatants infantryman infantrymen militiamen peacekeeper peacekeepers personnel
"""
_WEAPONS: Final = """
missile missiles rocket rockets drone drones shell shells bomb bombs gun guns rifle rifles handgun handguns pistol pistols revolver
revolvers shotgun shotguns firearm firearms weapon weapons tank tanks warplane warplanes munition munitions round rounds bullet bullets
shot shots grenade grenades mortar mortars warhead warheads mine mines casing casings knife knives howitzer howitzers warship warships
gunshot gunshots torpedo torpedoes uav uavs magazines cartridges ammunition explosives
"""
_VOTES: Final = "vote votes ballot ballots"

NOUNS: Final = {
    **dict.fromkeys((*_PEOPLE.split(), *_CROWDS.split()), Kind.PEOPLE),
    **dict.fromkeys(_TROOPS.split(), Kind.TROOPS),
    **dict.fromkeys(_WEAPONS.split(), Kind.WEAPONS),
    **dict.fromkeys(_VOTES.split(), Kind.VOTES),
    **dict.fromkeys(("others", "other"), Kind.PEOPLE),
    **dict.fromkeys(("deaths", "death", "fatalities", "fatality", "dead", "bodies", "lives", "corpses"), Kind.KILLED),
    **dict.fromkeys(("casualties", "casualty"), Kind.CASUALTIES),
    **dict.fromkeys(("injured", "wounded", "injuries"), Kind.WOUNDED),
    **dict.fromkeys(("arrests", "arrest", "detentions"), Kind.ARRESTED),
    **dict.fromkeys(("pows", "captives"), Kind.CAPTURED),
    **dict.fromkeys(("evacuees",), Kind.DISPLACED),
}
"""What a number counts by the noun behind it."""

STRONG: Final = {
    **dict.fromkeys("force army contingent garrison unit brigade battalion corps".split(), Kind.TROOPS),
    **dict.fromkeys("crowd crew team mob group audience".split(), Kind.PEOPLE),
}
"""What can be so and so many "strong"."""

TELLING_ALL: Final = frozenset(
    "deaths death fatalities fatality dead lives casualties casualty injured wounded injuries arrests arrest detentions".split()
)
"""Nouns that say no more than what became of somebody."""

BENEATH: Final = frozenset((Kind.PEOPLE, Kind.TROOPS))
"""Kinds of which a verb can make another: people become killed, missiles do not."""

RANKS: Final = frozenset("officers generals commanders colonels majors captains lieutenants sergeants corporals privates".split())
"""They count among troops when troops are what the sentence counts."""

STATES: Final = {
    **dict.fromkeys("killed dead died dies slain murdered slaughtered massacred perished drowned executed".split(), Kind.KILLED),
    **dict.fromkeys("wounded injured hurt hospitalized hospitalised".split(), Kind.WOUNDED),
    **dict.fromkeys(("captured",), Kind.CAPTURED),
    **dict.fromkeys(("missing",), Kind.MISSING),
    **dict.fromkeys("arrested detained charged apprehended indicted".split(), Kind.ARRESTED),
    **dict.fromkeys("evacuated displaced homeless fled evicted".split(), Kind.DISPLACED),
}
"""What became of those whom a number counts."""

INTRANSITIVE: Final = frozenset("dead died dies perished drowned missing homeless fled".split())
"""Those of them that take no object, so that nobody else can have done it."""

STANDING: Final = frozenset(("dead", "missing"))
"""Those of them that may also stand before a noun: "12 people saw a dead man"."""

ACTS: Final = {
    **dict.fromkeys(
        "kill kills killed killing murdered murdering slew massacred massacring assassinated".split(),
        Kind.KILLED,
    ),
    **dict.fromkeys("wound wounded wounding injure injures injured injuring hurt hurts hurting".split(), Kind.WOUNDED),
    **dict.fromkeys("capture captures captured capturing".split(), Kind.CAPTURED),
    **dict.fromkeys(
        "arrest arrests arrested arresting detain detains detained detaining charge charged charging apprehended".split(),
        Kind.ARRESTED,
    ),
    **dict.fromkeys("evacuate evacuates evacuated evacuating displace displaces displaced displacing".split(), Kind.DISPLACED),
}
"""What somebody did to those whom a number counts; the verb stands before it."""

ACTS_OF: Final = {
    **dict.fromkeys(
        (
            "death deaths killing killings murder murders slaying slayings massacre loss homicide homicides lives life bodies body remains"
        ).split(),
        Kind.KILLED,
    ),
    **dict.fromkeys("wounding injury injuries".split(), Kind.WOUNDED),
    **dict.fromkeys("capture captures".split(), Kind.CAPTURED),
    **dict.fromkeys("arrest arrests detention detentions".split(), Kind.ARRESTED),
    **dict.fromkeys("evacuation displacement".split(), Kind.DISPLACED),
    **dict.fromkeys(("disappearance", "disappearances"), Kind.MISSING),
}
"""The same as nouns, with "of" behind them."""

AUXILIARIES: Final = frozenset("was were been be being is are got get gets getting 're".split())
LIGHT: Final = frozenset(
    """
    have has had also already reportedly allegedly believed confirmed recently later then now still either both all more others other
    initially fatally critically seriously severely badly slightly wrongly since subsequently eventually so far who another listed reported
    declared pronounced presumed left found went gone go remain remains remained people person persons personnel in hospital "
    """.split()
) | frozenset("“”‘’'")
"""Words between those whom a number counts and what became of them."""

VICTIMS: Final = frozenset("shot stabbed struck beaten attacked hit abducted kidnapped rescued".split())
"""What became of people without saying whether they live."""

ENDS_REACH: Final = frozenset(
    (
        "; : . ? ! – — - that which where whose when while after before because as if but although though than until unless says said"
        " without"
    ).split()
)
"""Where what became of somebody can no longer be meant."""

OBJECTS: Final = frozenset(
    "a an the his her their its him them himself herself themselves us me at about nearly almost dozens hundreds some several this".split()
)
"""What begins an object: "two men killed a guard"."""

DOUBTFUL: Final = frozenset(
    "not never may might could would can should feared threatened threatens threatening if unless nobody neither without".split()
)
"""Words that make what became of somebody unsure, planned or denied."""

NO_NOUN: Final = frozenset(
    """
    of in on at to from by with for and or but as than that which who whom whose where when while after before during since until into
    over under between among against about is are was were be been being has have had do does did will would could should may might can must
    the a an this these those his her its their our my your he she it they we you i not no so if because then there here per up down out off
    said says told say also both either each every only just even still already more most less least such very too ago later earlier
    feared leaves kills injures wounds hits
    """.split()
)
"""Words that end what is counted, or never begin it."""

ANIMALS: Final = frozenset(
    """
    animals dogs cats pigs cows cattle calves horses ponies sheep goats lambs chickens hens poultry birds ducks geese turkeys fish whales
    dolphins seals turtles deer elephants lions tigers rhinos bears wolves monkeys bees livestock pets puppies kittens camels reindeer minks
    """.split()
)
"""Whose deaths are no toll."""

PLACES: Final = frozenset(
    """
    cities towns villages settlements hamlets neighborhoods neighbourhoods districts provinces regions states counties countries areas camps
    tents homes houses apartments flats buildings blocks schools hospitals hotels churches mosques shelters centers centres sites stations
    bases positions floors rooms streets islands warrants
    """.split()
)
"""What holds people, or is captured, emptied or carried out as a thing: no number of them is one of people."""

LABEL_WORDS: Final = frozenset("total confirmed reported number of the all".split())
"""What may stand before the label of a number: "Total deaths: 45"."""

NO_LABEL: Final = frozenset("lives bodies died dies charged indicted fled death casualty fatality arrest".split())
"""Words for what became of somebody that label no number: "Charged: 45"."""

NONE_OF: Final = frozenset(("none", "neither", "nobody", "nothing"))
"""What takes a fate away from all of a number: "none of the 12 people was hurt"."""

ADJECTIVES: Final = frozenset("other additional more new further extra different separate total another".split())
PART_OF: Final = frozenset("including include includes included".split())
WHOLE: Final = frozenset("them whom those which".split())

TOLL: Final = {
    "death toll": Kind.KILLED,
    "number of deaths": Kind.KILLED,
    "body count": Kind.KILLED,
    "casualty toll": Kind.CASUALTIES,
    "number of casualties": Kind.CASUALTIES,
    "number of injured": Kind.WOUNDED,
    "number of wounded": Kind.WOUNDED,
    "toll": Kind.KILLED,
}
"""Words after which a number without a noun tells them, most telling first."""

TOLL_BEFORE: Final = frozenset(
    "to at of is was are were reached reaches hit hits stands stood tops topped exceeds exceeded passed surpassed between now".split()
)
"""What stands right before such a number."""

BEGINS_PARENTHESIS: Final = frozenset(
    "including aged ages age all both most among identified one three mostly mainly many some and each".split()
)
"""What a few words between commas begin with, behind which a sentence goes on as before."""

FATES: Final = frozenset((Kind.KILLED, Kind.WOUNDED, Kind.CASUALTIES, Kind.CAPTURED, Kind.MISSING, Kind.ARRESTED, Kind.DISPLACED))
"""Kinds that tell what became of people."""

NO_COUNT: Final = frozenset("things ways sides reasons points ones matters parts kinds types sorts".split())
"""Nouns of which a number says nothing."""

WOUNDS: Final = frozenset("wound wounds injury injuries".split())
SUFFERING: Final = frozenset("with suffering suffered suffer sustained sustaining having from".split())
"""Who has wounds is wounded: "four people with gunshot wounds"."""

TAKEN: Final = frozenset("taken transported rushed airlifted flown brought treated admitted".split())
HOSPITALS: Final = frozenset("hospital hospitals trauma".split())
"""Who is taken to hospital is wounded, whether the report says so or not."""

FLED: Final = frozenset("their homes home fighting violence war".split())
"""What people flee from who are displaced; suspects flee the scene."""
