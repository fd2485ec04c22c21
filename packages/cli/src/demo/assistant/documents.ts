/** What the shop's people wrote down; the assistant answers from it. */
export const documents: readonly { readonly title: string; readonly text: string }[] = [
  {
    title: 'Returns and refunds',
    text: `You can return a bicycle within 30 days of delivery if it was ridden for less than 50 kilometres and shows no damage. Accessories can be returned within 60 days in their original packaging. To start a return, open your order and choose "Return an item"; we send a label by email within one working day. The refund is paid to the card you used 5 to 7 working days after the parcel has reached our warehouse. Return shipping is free for accessories and costs 29 euros for a bicycle. Sale items can be exchanged but not refunded. Helmets cannot be returned once the seal is broken.`,
  },
  {
    title: 'Warranty',
    text: `Every frame has a warranty of ten years, every fork five years, all other parts two years. The warranty covers faults in material and workmanship, not wear, crashes or rust from missing care. Brake pads, tyres, chains and cables are wearing parts and are covered for 90 days. To make a claim, send photos and your order number to the workshop; we answer within three working days. If we repair or replace a part, its warranty starts anew for that part. The warranty passes on to the next owner once, if the sale is registered with us.`,
  },
  {
    title: 'Delivery',
    text: `Accessories are delivered within 2 to 4 working days, bicycles within 5 to 9 working days. Delivery of accessories costs 4.90 euros and is free from 60 euros. A bicycle is delivered for 39 euros by a carrier who calls you to agree on a time slot. We deliver to Germany, Austria, the Netherlands, Belgium and Denmark. You get a tracking link by email when the parcel leaves our warehouse. If nobody is at home, the carrier tries twice more; after that the parcel waits in a pick-up point for seven days. Express delivery by 12 o'clock on the next working day is offered for accessories at 14.90 euros.`,
  },
  {
    title: 'Finding your size',
    text: `The right frame size follows from your inside leg length. Measure it barefoot, with a book held level against the crotch, from the floor to the top edge of the book. For city and trekking frames multiply the length in centimetres by 0.66, for road frames by 0.67, for mountain frames by 0.57. Between two sizes choose the smaller one for sporty riding and the larger one for comfort. The saddle can be moved by 12 centimetres, the handlebar by 4. Children grow: we change a children's bicycle for the next size within two years at half of its price.`,
  },
  {
    title: 'Battery and range of e-bikes',
    text: `The battery of our e-bikes holds 625 watt hours and takes four and a half hours to charge fully from empty. It brings you 60 to 110 kilometres far, depending on the level of support, the wind and the hills. Store the battery between 10 and 20 degrees, at half charge if you do not ride for longer than a month. Below freezing the range falls by up to a third. The battery keeps at least 70 percent of its capacity for 700 full charges or three years, whichever comes first; that is covered by the warranty. A spare battery costs 599 euros. It must not be sent by ordinary parcel.`,
  },
  {
    title: 'Workshop and service',
    text: `The first service is free and due after 300 kilometres or three months. A small service costs 69 euros and takes one day, a full service 139 euros and takes three days; both are in labour only, parts are charged extra. Appointments are made online under "Workshop". If you bring your bicycle before 10 o'clock, a small service is done on the same day. We also repair bicycles of other makers, but not their electric drives. During a repair that takes longer than five days you can borrow a bicycle free of charge.`,
  },
  {
    title: 'Opening hours and shops',
    text: `Our shops are in Hamburg, Bremen and Kiel. They are open Monday to Friday from 10 to 19 o'clock and on Saturday from 10 to 16 o'clock; they are closed on Sundays and public holidays. The workshops close one hour earlier. You can try any bicycle in the shop for an hour; leave your identity card with us. Test rides of e-bikes on a whole day cost 25 euros, which we credit when you buy one. The telephone service answers Monday to Friday from 9 to 18 o'clock.`,
  },
  {
    title: 'Payment',
    text: `You can pay by credit card, PayPal, direct debit, bank transfer or invoice. Invoices are due within 14 days and are offered up to 1,500 euros. Bicycles from 500 euros can be paid in 6, 12 or 24 instalments; 6 and 12 are free of interest, 24 cost 4.9 percent a year. With bank transfer we ship when the money has arrived. A company bike through your employer is ordered by your leasing portal; we accept JobRad, BusinessBike and Lease a Bike. Vouchers can be combined with every way to pay, but only one voucher an order.`,
  },
  {
    title: 'Gift cards',
    text: `Gift cards are sold from 20 to 500 euros, by email at once or on paper within three working days. They are valid for three years from the end of the year they were bought in. What is left after a purchase stays on the card. Gift cards are not paid out in cash and cannot buy other gift cards. If you lose a card, we block it and send a new one when you have the receipt. In our shops a gift card can be used for services and repairs too.`,
  },
  {
    title: 'Membership',
    text: `The membership costs 59 euros a year and can be cancelled at any time to the end of the year. Members get one small service a year, free delivery of accessories, and 10 percent off on clothing and bags. Members can try new models two weeks before they are sold. A family membership for 89 euros covers everybody in one household. The membership renews itself; we remind you by email 30 days before. Students and pensioners pay half of the price with a proof.`,
  },
  {
    title: 'Theft and insurance',
    text: `Our insurance covers theft, vandalism and crash damage. It costs 7 percent of the price of the bicycle a year, at least 49 euros. The bicycle must be locked to something fixed with a lock of security level 10 or higher. After a theft report it to the police within 48 hours and send us the report with the frame number; you find the number under the bottom bracket and on your invoice. You then get a new bicycle of the same model, without any deduction in the first three years. Batteries and lights are covered when they were locked or taken off.`,
  },
  {
    title: 'Children seats, trailers and luggage',
    text: `Child seats fit our city and trekking frames and carry up to 22 kilograms; they must not be mounted on carbon frames or on frames with a suspension at the rear. Trailers may weigh 60 kilograms with brakes and 40 without, and need the axle adapter that is sold for 24 euros. The rear carrier takes 25 kilograms, the front carrier 12. The total weight of bicycle, rider and luggage must not exceed 140 kilograms, or 160 with the reinforced wheels. Children under seven may be carried only by riders of 16 years or older.`,
  },
  {
    title: 'Your account and privacy',
    text: `You can change your address, email and password under "My account". Orders that have not been packed yet can be changed there too, later ones no more. To delete your account, write to privacy@tidewater.example; we delete it within 14 days and keep invoices for ten years, as the law asks. The newsletter can be left by the link at its end. We store your measures only if you agree, and never sell data. Two-factor sign-in can be turned on under "Security".`,
  },
];
