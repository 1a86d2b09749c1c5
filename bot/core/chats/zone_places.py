"""Cities, regions and abbreviations that people call a time zone by and that the tz database does not know; finding one is not here."""

from typing import Final

# One zone a line, then what people call it, as `zone_names` folds names (no accents, no dots). Left out is what the tz database knows by
# itself: its own cities, and countries in English. Capitals, the largest cities of large countries, states and provinces, a few names in
# the language of the country.
PLACES: Final = """
Africa/Abidjan: Yamoussoukro, Ivory Coast, Bouake
Africa/Accra: Kumasi
Africa/Addis_Ababa: Dire Dawa
Africa/Algiers: Oran, Constantine
Africa/Bujumbura: Gitega
Africa/Cairo: Alexandria, Giza, Kairo, القاهرة
Africa/Casablanca: Rabat, Marrakesh, Marrakech, Fes, Fez, Tangier, Agadir
Africa/Dar_es_Salaam: Dodoma, Zanzibar
Africa/Harare: Bulawayo
Africa/Johannesburg: SAST, Pretoria, Cape Town, Durban, Bloemfontein, Soweto, Port Elizabeth, Gqeberha
Africa/Kinshasa: Congo Kinshasa, DRC
Africa/Khartoum: Omdurman
Africa/Lagos: WAT, Abuja, Kano, Ibadan, Port Harcourt, Benin City
Africa/Lubumbashi: Goma, Bukavu, Kisangani
Africa/Lusaka: Ndola, Kitwe
Africa/Malabo: Ciudad de la Paz
Africa/Maputo: CAT
Africa/Mbabane: Lobamba, Swaziland
Africa/Nairobi: EAT, Mombasa, Kisumu
Africa/Porto-Novo: Cotonou
Africa/Tunis: Sfax
America/Anchorage: AKST, AKDT, Alaska, Fairbanks, US Alaska
America/Argentina/Buenos_Aires: ART, La Plata
America/Argentina/Cordoba: Rosario
America/Bogota: Medellin, Cali, Barranquilla, Cartagena
America/Caracas: Maracaibo
America/Chicago: CT, Austin, Houston, Dallas, San Antonio, Fort Worth, Minneapolis, Saint Paul, St Paul, Milwaukee, New Orleans, St Louis,
 Saint Louis, Kansas City, Memphis, Nashville, Oklahoma City, Omaha, Texas, Illinois, Minnesota, Wisconsin, Iowa, Missouri, Arkansas,
 Louisiana, Mississippi, Alabama, Oklahoma, Tulsa, Birmingham Alabama, Central, Central Time, US Central Time, CDT
America/Denver: Salt Lake City, Albuquerque, Santa Fe, Colorado, Utah, Wyoming, Montana, New Mexico, Colorado Springs, El Paso, Mountain
 Time, US Mountain Time, MT, MST, MDT
America/Edmonton: Calgary, Alberta
America/Guatemala: Guatemala City
America/Guayaquil: Quito
America/Halifax: Nova Scotia, ADT
America/Havana: La Habana
America/La_Paz: Santa Cruz de la Sierra, Sucre, Cochabamba
America/Los_Angeles: San Francisco, San Diego, San Jose California, Sacramento, Seattle, Portland, Las Vegas, Oakland, Silicon Valley,
 California, Oregon, Nevada, Washington State, LA, SF, Pacific, Pacific Time, US Pacific Time, PT, PST, PDT
America/Managua: Leon Nicaragua
America/Mexico_City: Ciudad de Mexico, CDMX, Guadalajara, Puebla
America/New_York: NYC, New York City, Manhattan, Brooklyn, Washington, Washington DC, DC, Boston, Philadelphia, Atlanta, Miami, Orlando,
 Tampa, Charlotte, Pittsburgh, Cleveland, Columbus, Cincinnati, Baltimore, Raleigh, Richmond, Buffalo, Georgia USA, Massachusetts,
 Pennsylvania, Ohio, New Jersey, Connecticut, Maine, Vermont, New Hampshire, Rhode Island, Delaware, Maryland, Virginia, West Virginia,
 North Carolina, South Carolina, Eastern, Eastern Time, US Eastern Time, ET, EST, EDT
America/Panama: Panama City
America/Phoenix: Arizona, Tucson
America/Recife: Natal
America/Santiago: Valparaiso
America/Sao_Paulo: Rio de Janeiro, Rio, Brasilia, Belo Horizonte, Curitiba, Porto Alegre, Florianopolis, BRT
America/St_Johns: Newfoundland
America/Tijuana: Mexicali
America/Toronto: Ottawa, Montreal, Quebec, Quebec City, Ontario, Hamilton Ontario, London Ontario
America/Vancouver: Victoria BC, British Columbia
America/Winnipeg: Manitoba
America/Regina: Saskatchewan, Saskatoon
Asia/Almaty: Astana, Nur-Sultan, Alma-Ata, Shymkent, Алматы, Астана
Asia/Baghdad: Basra, Mosul, Erbil
Asia/Bangkok: ICT, Chiang Mai, Phuket, กรุงเทพ
Asia/Bishkek: Бишкек
Asia/Colombo: Sri Jayawardenepura Kotte, Kandy
Asia/Dhaka: Chittagong, Chattogram
Asia/Dubai: Abu Dhabi, UAE, Sharjah, Emirates, دبي, GST
Asia/Gaza: Gaza Strip, Gaza City
Asia/Hebron: West Bank, Ramallah
Asia/Ho_Chi_Minh: Hanoi, Ho Chi Minh City, Da Nang
Asia/Hong_Kong: HKT, HK, 香港
Asia/Jakarta: Bandung, Java, Surabaya, Medan, WIB
Asia/Jayapura: WIT
Asia/Jerusalem: Tel Aviv, Tel Aviv-Yafo, Haifa, תל אביב, ירושלים
Asia/Karachi: Islamabad, Lahore, Rawalpindi, Peshawar, Faisalabad, PKT
Asia/Kathmandu: NPT
Asia/Kolkata: Delhi, New Delhi, Mumbai, Bombay, Bangalore, Bengaluru, Chennai, Madras, Hyderabad, Pune, Ahmedabad, Jaipur, Lucknow, Surat,
 Goa, Kochi, Kerala, दिल्ली
Asia/Kabul: AFT, Kandahar
Asia/Kuala_Lumpur: Putrajaya, Penang, MYT
Asia/Makassar: Bali, Denpasar, WITA
Asia/Manila: Quezon City, Cebu, Davao, PHT
Asia/Novosibirsk: Новосибирск
Asia/Pyongyang: North Korea
Asia/Riyadh: Mecca, Medina, Jeddah, Saudi, KSA
Asia/Samarkand: Bukhara
Asia/Seoul: Busan, Incheon, South Korea, Korea, KST, 서울, 한국
Asia/Shanghai: Beijing, Tibet, Lhasa, Peking, Guangzhou, Shenzhen, Wuhan, Chengdu, Tianjin, Nanjing, Xian, 北京, 上海, 中国
Asia/Singapore: SGT
Asia/Taipei: Kaohsiung, 台北
Asia/Tashkent: Ташкент, UZT
Asia/Tbilisi: Batumi, თბილისი
Asia/Tehran: Isfahan, Mashhad, Shiraz, Tabriz, Persia, IRST, تهران
Asia/Tokyo: Osaka, Kyoto, Yokohama, Nagoya, Sapporo, Fukuoka, Kobe, Hiroshima, Okinawa, JST, 東京, 日本
Asia/Ulaanbaatar: Улаанбаатар
Asia/Vladivostok: Владивосток, Khabarovsk
Asia/Yangon: Naypyidaw, Mandalay, Burma
Asia/Yekaterinburg: Ekaterinburg, Екатеринбург, Chelyabinsk, Perm, Ufa, Tyumen
Asia/Yerevan: Ереван, Երևան
Atlantic/Canary: Las Palmas, Tenerife, Gran Canaria
Atlantic/Cape_Verde: Praia, Cabo Verde
Atlantic/Faroe: Torshavn
Australia/Adelaide: South Australia, ACST, ACDT
Australia/Brisbane: Queensland, Gold Coast, Cairns
Australia/Darwin: Northern Territory
Australia/Hobart: Tasmania
Australia/Melbourne: Geelong
Australia/Perth: Western Australia, AWST
Australia/Sydney: Canberra, New South Wales, NSW, Newcastle Australia, AEST, AEDT
Europe/Amsterdam: Rotterdam, The Hague, Den Haag, Utrecht, Eindhoven, Holland
Europe/Athens: EET, EEST, Eastern European, Eastern European Time, Thessaloniki, Piraeus, Αθηνα
Europe/Belgrade: Kosovo, Pristina, Novi Sad, Nis, Beograd, Београд
Europe/Berlin: Hamburg, Munich, Munchen, Cologne, Koln, Frankfurt, Stuttgart, Dusseldorf, Leipzig, Dresden, Bonn, Hannover, Nuremberg,
 Bremen, Deutschland, MEZ, MESZ
Europe/Bratislava: Kosice
Europe/Brussels: Antwerp, Ghent, Bruxelles, CET, CEST, Central European, Central European Time
Europe/Bucharest: Cluj, Cluj-Napoca, Iasi, Bucuresti
Europe/Budapest: Debrecen
Europe/Chisinau: Moldova, Tiraspol, Transnistria
Europe/Copenhagen: Aarhus, Kobenhavn
Europe/Dublin: Cork, Galway
Europe/Helsinki: Tampere, Turku, Espoo, Suomi
Europe/Istanbul: Ankara, Izmir, Antalya, Bursa, Adana, Turkiye, TRT
Europe/Kyiv: Ukraine, Kiev, Kharkiv, Kharkov, Odesa, Odessa, Lviv, Lvov, Dnipro, Zaporizhzhia, Mykolaiv, Kherson, Vinnytsia, Poltava,
 Chernihiv, Sumy, Donetsk, Mariupol, Chernivtsi, Ivano-Frankivsk, Київ, Киев, Харків, Харьков, Одеса, Одесса, Львів, Львов, Дніпро,
 Україна, Украина
Europe/Lisbon: Porto, Lisboa, WEST, WET
Europe/Ljubljana: Maribor
Europe/London: Manchester, Birmingham, Liverpool, Leeds, Edinburgh, Glasgow, Cardiff, Belfast, Bristol, Oxford, Cambridge, Sheffield, UK,
 United Kingdom, Great Britain, Britain, GB, England, Scotland, Wales, Northern Ireland, BST
Europe/Madrid: Barcelona, Valencia, Seville, Sevilla, Bilbao, Malaga, Zaragoza
Europe/Minsk: Gomel, Brest Belarus, Grodno, Минск, Мінск
Europe/Moscow: Saint Petersburg, St Petersburg, Petersburg, Nizhny Novgorod, Kazan, Rostov, Rostov-on-Don, Sochi, Moskva, Москва,
 Санкт-Петербург, MSK, МСК
Europe/Oslo: Bergen, Trondheim, Stavanger
Europe/Paris: Lyon, Marseille, Toulouse, Nice, Lille, Bordeaux, Strasbourg, Nantes
Europe/Prague: Brno, Ostrava, Praha, Czech Republic, Czechia
Europe/Riga: Daugavpils
Europe/Rome: Milan, Milano, Naples, Napoli, Turin, Torino, Venice, Venezia, Florence, Firenze, Bologna, Genoa, Palermo, Roma
Europe/Samara: SAMT, Togliatti, Самара
Europe/Sarajevo: Banja Luka, Bosnia
Europe/Simferopol: Sevastopol, Crimea
Europe/Skopje: Macedonia
Europe/Sofia: Plovdiv, Varna, София
Europe/Stockholm: Gothenburg, Goteborg, Malmo, Uppsala, Sverige
Europe/Tallinn: Tartu
Europe/Vienna: Graz, Salzburg, Linz, Innsbruck, Wien
Europe/Vilnius: Kaunas
Europe/Warsaw: Krakow, Cracow, Gdansk, Wroclaw, Poznan, Lodz, Lublin, Katowice, Warszawa, Polska
Europe/Zagreb: Split, Rijeka
Europe/Zurich: Geneva, Bern, Basel, Lausanne, Geneve, Schweiz
Pacific/Auckland: Wellington, Christchurch, NZ, Hamilton New Zealand, Dunedin, NZST, NZDT
Pacific/Guadalcanal: Honiara
Pacific/Honolulu: Hawaii, HST
Pacific/Efate: Port Vila
Pacific/Fiji: Suva
Pacific/Tongatapu: Nukualofa
UTC: GMT, Z, Zulu, Universal, Coordinated Universal Time
"""

# Names that mean different times to different people: all of them, the likeliest first.
AMBIGUOUS: Final = """
AMT: America/Manaus, Asia/Yerevan
AST: America/Halifax, Asia/Riyadh, America/Puerto_Rico
CST: America/Chicago, Asia/Shanghai, America/Mexico_City, America/Havana
IST: Asia/Kolkata, Asia/Jerusalem, Europe/Dublin
America: America/New_York, America/Chicago, America/Denver, America/Los_Angeles
USA: America/New_York, America/Chicago, America/Denver, America/Phoenix, America/Los_Angeles, America/Anchorage, Pacific/Honolulu
Georgia: Asia/Tbilisi, America/New_York
Congo: Africa/Kinshasa, Africa/Lubumbashi, Africa/Brazzaville
San Jose: America/Costa_Rica, America/Los_Angeles
Santiago: America/Santiago, America/Santo_Domingo
Florida: America/New_York, America/Chicago
Tennessee: America/Chicago, America/New_York
Kentucky: America/New_York, America/Chicago
Indiana: America/Indiana/Indianapolis, America/Chicago
Michigan: America/Detroit, America/Chicago
Idaho: America/Boise, America/Los_Angeles
Kansas: America/Chicago, America/Denver
Nebraska: America/Chicago, America/Denver
North Dakota: America/Chicago, America/Denver
South Dakota: America/Chicago, America/Denver
Australia: Australia/Sydney, Australia/Brisbane, Australia/Adelaide, Australia/Darwin, Australia/Perth
Brazil: America/Sao_Paulo, America/Manaus, America/Rio_Branco, America/Noronha
Canada: America/Toronto, America/Vancouver, America/Edmonton, America/Winnipeg, America/Regina, America/Halifax, America/St_Johns
Russia: Europe/Moscow, Europe/Kaliningrad, Europe/Samara, Asia/Yekaterinburg, Asia/Omsk, Asia/Novosibirsk, Asia/Irkutsk, Asia/Yakutsk,
 Asia/Vladivostok, Asia/Magadan, Asia/Kamchatka
Victoria: Australia/Melbourne, America/Vancouver
Samoa: Pacific/Apia, Pacific/Pago_Pago
Palestine: Asia/Gaza, Asia/Hebron
"""
