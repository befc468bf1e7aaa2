//! The names of the emoji that people write most, as `:name:`. The others keep their names as text here, and everybody
//! can write every emoji itself.

/// Name and emoji in turns, the most common first.
const TABLE: &str = "\
    +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 heart ❤️ tada 🎉 joy 😂 smile 😄 grin 😁 grinning 😀 smiley 😃 laughing 😆 \
    rofl 🤣 sweat_smile 😅 slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 \
    smiling_face_with_three_hearts 🥰 heart_eyes 😍 star_struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 \
    stuck_out_tongue_winking_eye 😜 zany_face 🤪 hugs 🤗 hugging_face 🤗 hand_over_mouth 🤭 shushing_face 🤫 \
    thinking 🤔 zipper_mouth_face 🤐 raised_eyebrow 🤨 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 \
    unamused 😒 roll_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 \
    face_with_thermometer 🤒 nauseated_face 🤢 sneezing_face 🤧 hot_face 🥵 cold_face 🥶 dizzy_face 😵 \
    exploding_head 🤯 cowboy_hat_face 🤠 partying_face 🥳 sunglasses 😎 nerd_face 🤓 monocle_face 🧐 confused 😕 \
    worried 😟 frowning ☹️ open_mouth 😮 astonished 😲 flushed 😳 pleading_face 🥺 fearful 😨 cold_sweat 😰 cry 😢 \
    sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 \
    smiling_imp 😈 skull 💀 poop 💩 clown_face 🤡 ghost 👻 alien 👽 robot 🤖 see_no_evil 🙈 hear_no_evil 🙉 \
    speak_no_evil 🙊 wave 👋 raised_hand ✋ vulcan_salute 🖖 ok_hand 👌 pinched_fingers 🤌 v ✌️ crossed_fingers 🤞 \
    metal 🤘 call_me_hand 🤙 point_left 👈 point_right 👉 point_up ☝️ point_up_2 👆 point_down 👇 fist ✊ punch 👊 \
    clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 muscle 💪 eyes 👀 brain 🧠 ear 👂 facepalm 🤦 shrug 🤷 \
    bow 🙇 raising_hand 🙋 no_good 🙅 ok_person 🙆 dancer 💃 running 🏃 orange_heart 🧡 yellow_heart 💛 \
    green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔 two_hearts 💕 \
    sparkling_heart 💖 100 💯 boom 💥 collision 💥 sweat_drops 💦 dash 💨 zzz 💤 fire 🔥 sparkles ✨ star ⭐ star2 🌟 \
    zap ⚡ sunny ☀️ partly_sunny ⛅ cloud ☁️ rainbow 🌈 snowflake ❄️ umbrella ☔ ocean 🌊 dog 🐶 cat 🐱 mouse 🐭 \
    fox_face 🦊 bear 🐻 panda_face 🐼 monkey 🐒 unicorn 🦄 bee 🐝 bug 🐛 butterfly 🦋 snail 🐌 turtle 🐢 octopus 🐙 \
    penguin 🐧 owl 🦉 crab 🦀 whale 🐳 rose 🌹 sunflower 🌻 seedling 🌱 four_leaf_clover 🍀 evergreen_tree 🌲 \
    mushroom 🍄 apple 🍎 banana 🍌 strawberry 🍓 avocado 🥑 pizza 🍕 hamburger 🍔 fries 🍟 popcorn 🍿 taco 🌮 sushi 🍣 \
    cake 🍰 birthday 🎂 cookie 🍪 doughnut 🍩 icecream 🍦 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 champagne 🍾 \
    soccer ⚽ basketball 🏀 trophy 🏆 medal_sports 🏅 1st_place_medal 🥇 dart 🎯 video_game 🎮 game_die 🎲 art 🎨 \
    guitar 🎸 microphone 🎤 headphones 🎧 musical_note 🎵 notes 🎶 movie_camera 🎥 camera 📷 books 📚 book 📖 memo 📝 \
    pencil2 ✏️ paperclip 📎 pushpin 📌 scissors ✂️ lock 🔒 unlock 🔓 key 🔑 hammer 🔨 wrench 🔧 gear ⚙️ link 🔗 \
    bulb 💡 computer 💻 keyboard ⌨️ phone ☎️ iphone 📱 battery 🔋 electric_plug 🔌 floppy_disk 💾 package 📦 \
    mailbox 📫 email 📧 envelope ✉️ calendar 📅 date 📅 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 \
    bar_chart 📊 clipboard 📋 file_folder 📁 wastebasket 🗑️ mag 🔍 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 \
    speech_balloon 💬 thought_balloon 💭 hourglass ⌛ alarm_clock ⏰ stopwatch ⏱️ money_with_wings 💸 moneybag 💰 \
    gift 🎁 balloon 🎈 confetti_ball 🎊 rocket 🚀 airplane ✈️ car 🚗 bus 🚌 train 🚆 bike 🚲 ship 🚢 anchor ⚓ house 🏠 \
    office 🏢 school 🏫 hospital 🏥 construction 🚧 rotating_light 🚨 warning ⚠️ no_entry ⛔ stop_sign 🛑 \
    white_check_mark ✅ heavy_check_mark ✔️ x ❌ heavy_plus_sign ➕ question ❓ exclamation ❗ bangbang ‼️ \
    arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ repeat 🔁 new 🆕 free 🆓 ok 🆗 sos 🆘 up 🆙 cool 🆒 \
    information_source ℹ️ recycle ♻️ infinity ♾️ checkered_flag 🏁 white_flag 🏳️ rainbow_flag 🏳️‍🌈 \
    earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 moon 🌙 full_moon 🌕 sun_with_face 🌞 crown 👑 gem 💎 ring 💍 \
    shirt 👕 tophat 🎩 eyeglasses 👓";

/// The most common emoji by their names, the most common first.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut words = TABLE.split(' ');
    std::iter::from_fn(move || words.next().zip(words.next()))
}

/// The emoji of a name.
pub fn of(name: &str) -> Option<&'static str> {
    all().find(|(known, _)| *known == name).map(|(_, emoji)| emoji)
}

/// Those whose name begins with, or else holds, some letters.
pub fn found(letters: &str, most: usize) -> Vec<(&'static str, &'static str)> {
    let begin = all().filter(|(name, _)| name.starts_with(letters));
    let hold = all().filter(|(name, _)| !name.starts_with(letters) && name.contains(letters));
    begin.chain(hold).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_that_a_message_can_hold_and_stands_for_one_emoji() {
        for (name, emoji) in all() {
            let written = markup::parse(&format!(":{name}:"));
            assert!(markup::is_only_emoji(&written, 1), "{name}");
            assert!(markup::is_only_emoji(&markup::parse(emoji), 1), "{name} {emoji}");
            assert_eq!(all().filter(|(other, _)| *other == name).count(), 1, "{name}");
        }
    }

    #[test]
    fn names_that_begin_so_come_before_names_that_hold_it() {
        let names: Vec<&str> = found("heart", 4).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["heart", "heart_eyes", "smiling_face_with_three_hearts", "kissing_heart"]);
        assert_eq!(of("tada"), Some("🎉"));
        assert_eq!(of("nothing_of_the_kind"), None);
    }
}
